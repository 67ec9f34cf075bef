import type { Adjudication } from '../../api/types';
import { day } from '../../components/format';
import { choiceText } from '../../components/meetingChoice';
import panel from '../../viewer/panel.module.css';

/** What consensus meetings decided about the case: whoever settles it sees it, and signs on their own. */
export function Discussed({ found }: { found: Adjudication }) {
  if (found.meetings.length === 0) return null;
  return (
    <section aria-label="Decided in a meeting">
      <h2 className={panel.title}>Decided in a meeting</h2>
      {found.meetings.map((row) => (
        <div key={row.decided_at}>
          <p className={panel.small}>
            <b>{choiceText(row.choice) || 'No choice'}</b>
            {`, ${row.meeting.title}, ${day(row.decided_at)}`}
          </p>
          {row.text && <p className={panel.small}>{row.text}</p>}
          {row.dissent && <p className={panel.small}>Dissent: {row.dissent}</p>}
        </div>
      ))}
    </section>
  );
}
