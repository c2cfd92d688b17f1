import { useId, type ReactNode } from 'react';

interface SectionProps {
  readonly title: string;
  /** Beside the title, weaker: a count. */
  readonly note?: ReactNode;
  /** Icon buttons at the right. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string | undefined;
}

/** A part of the page with a header of 32 px. */
export function Section({ title, note, actions, children, className }: SectionProps) {
  const id = useId();
  return (
    <section className={className === undefined ? 'section' : `section ${className}`} aria-labelledby={id}>
      <header className="section-head">
        <h2 id={id} className="section-title">
          {title}
        </h2>
        {note === undefined ? null : <span className="section-note">{note}</span>}
        <span className="section-actions">{actions}</span>
      </header>
      {children}
    </section>
  );
}
