interface NumProps {
  readonly value: string;
  /** It is a sum over the rows below. */
  readonly isSum?: boolean | undefined;
  readonly title?: string | undefined;
}

/** A number at the right of its column; blank where nothing applies. */
export function Num({ value, isSum = false, title }: NumProps) {
  return (
    <span className={isSum ? 'num num-sum' : 'num'} title={title}>
      {isSum && value !== '' ? `Σ ${value}` : value}
    </span>
  );
}
