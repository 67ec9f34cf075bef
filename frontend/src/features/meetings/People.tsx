import { Button, Menu } from '@mantine/core';

import panel from '../../viewer/panel.module.css';
import classes from './meeting.module.css';
import { personColor } from './overlays';
import type { Meeting } from './types';
import { act } from './useMeeting';

/** Who is here and who isn't; the chair gives the view and the chair on. */
export function People({ meeting, here }: { meeting: Meeting; here: string[] }) {
  const chairs = meeting.me === meeting.chair.id;
  const chairAway = here.length > 0 && !here.includes(meeting.chair.id);
  return (
    <section aria-label="People">
      <h2 className={panel.title}>Here: {here.length} of {meeting.people.length}</h2>
      <ul className={classes.people}>
        {meeting.people.map((person) => {
          const present = here.includes(person.id);
          const roles = [
            person.id === meeting.chair.id && 'chair',
            person.id === meeting.presenter.id && 'presents',
            person.id === meeting.pen?.holder.id && 'pen',
            !present && (person.joined_at ? 'left' : 'not here yet'),
          ].filter(Boolean);
          return (
            <li key={person.id} data-away={!present || undefined}>
              <span className={classes.dot} data-here={present || undefined} style={{ color: personColor(meeting.people, person.id) }} aria-hidden />
              <span>
                {person.name}
                {roles.length > 0 && <small> ({roles.join(', ')})</small>}
              </span>
              {chairs && present && (
                <Menu position="bottom-end">
                  <Menu.Target>
                    <Button size="compact-xs" variant="default" ml="auto" aria-label={`Give to ${person.name}`}>
                      Give
                    </Button>
                  </Menu.Target>
                  <Menu.Dropdown>
                    <Menu.Item onClick={() => void act(meeting.id, 'present', { user_id: person.id })}>Let them present</Menu.Item>
                    {person.id !== meeting.me && <Menu.Item onClick={() => void act(meeting.id, 'hand_over', { user_id: person.id })}>Hand over the chair</Menu.Item>}
                  </Menu.Dropdown>
                </Menu>
              )}
            </li>
          );
        })}
      </ul>
      {chairAway && meeting.may_settle && (
        <Button size="compact-xs" variant="light" mt={6} onClick={() => void act(meeting.id, 'take_chair')}>
          Take the chair
        </Button>
      )}
    </section>
  );
}
