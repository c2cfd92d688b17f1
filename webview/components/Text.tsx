interface TextProps {
  /** A text of an agent: shown as it is, on its own writing direction. */
  readonly children: string;
  /** Command, path or tool input. */
  readonly isCode?: boolean | undefined;
  readonly className?: string | undefined;
  /** The whole of it, where the line may be cut. */
  readonly title?: string | undefined;
}

/** A text that somebody else wrote: plain, isolated, and cut with an ellipsis where there is no room. */
export function Text({ children, isCode = false, className, title }: TextProps) {
  const classes = ['text', ...(isCode ? ['code'] : []), ...(className === undefined ? [] : [className])];
  return (
    <bdi className={classes.join(' ')} dir="auto" title={title}>
      {children}
    </bdi>
  );
}
