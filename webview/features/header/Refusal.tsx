import { t } from '../../app/l10n';
import { useApp, usePart } from '../../app/context';
import { Icon } from '../../components/Icon';
import { IconButton } from '../../components/IconButton';
import { Text } from '../../components/Text';

/** Why what was asked for last was not done. */
export function Refusal() {
  const { mirror } = useApp();
  const refusal = usePart((view) => view.refusal);
  if (refusal === undefined) return null;
  return (
    <div className="refusal" role="alert">
      <Icon name="failed" />
      <Text className="text-wrap">{refusal === '' ? t('It was not done.') : refusal}</Text>
      <IconButton
        codicon="close"
        label={t('Dismiss')}
        onPress={() => {
          mirror.refuse(undefined);
        }}
      />
    </div>
  );
}
