import { Kbd, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';

import { Page } from '../../components/Page';
import { GROUP_NAMES, keyEntries } from '../../viewer/actions/registry';
import { keyName } from '../../viewer/keyName';
import { useOwnKeys } from '../../viewer/keys';

const MOUSE: [string[], string][] = [
  [['wheel'], 'slice above or below'],
  [['Ctrl', 'wheel'], 'zoom'],
  [['right button'], 'drag: window width and level'],
  [['middle button'], 'drag: move the image'],
  [['1', '2', '3'], 'choose the structure'],
  [['?'], 'this list in the reading room, where keys can be changed'],
];

const ADJUDICATION: [string[], string][] = [
  [['O'], 'both readings over one another'],
  [['K'], 'blink: Blue, then Orange'],
  [['M'], 'the reference that you will sign'],
  [['[', ']'], 'take this frame from Blue, from Orange'],
  [['{', '}'], 'take everything from Blue, from Orange'],
];

const ANSWERS: [string, string][] = [
  [
    'Is my work saved?',
    'Every change is saved by itself. The sign at the top says “saved” only when the server has confirmed it. Without a connection your work stays in this browser and is sent when the connection is back; a closed or crashed tab loses nothing.',
  ],
  [
    'What is frozen when I submit?',
    'Your contours at end-diastole and end-systole and your answers, exactly as you see them. Contours that the AI drew must be accepted or edited first. A submitted read can’t be changed; the coordinator can take it back and assign a repeat.',
  ],
  [
    'Who sees my read?',
    'Nobody who reads the same case, before all its reads are in. Then the adjudicator sees both as Blue and Orange, without names.',
  ],
  [
    'How are volumes computed?',
    'Summation of discs: the exact area inside each contour times the distance between slices. Mass is the volume between epicardium and endocardium at end-diastole times 1.05 g/ml. ED and ES are the phases of largest and smallest LV volume, unless you pin them.',
  ],
  [
    'A stack has a gap. What now?',
    'The study page lists what is missing. Send the missing files as another import: a new version of the stack is made; reads keep the version they were made on.',
  ],
  [
    'A stack has the wrong kind or view.',
    'On the study page, point at the line that says how sure it is: it gives the reason. Whoever may import presses Correct; the correction is kept when more files come.',
  ],
  [
    'How do studies come in?',
    'On the Import page: drop folders, files or archives, or pull from an archive. Scanners and PACS push to the AE title that the project owner sets under Settings.',
  ],
  [
    'A file was set aside. What now?',
    'The import’s page says why. The file is kept sealed for a time; the data steward can download it, try it again or delete it on the Quarantine page.',
  ],
  [
    'What becomes of patients’ names?',
    'A project that de-identifies takes them out before a file is stored; the study page names the procedure. Who stands behind a pseudonym stays sealed in the re-identification list, which the data steward opens by password.',
  ],
  [
    'Can contours of another program be used?',
    'Yes: import them on the case page. Nobody sees them before all reads of the case are in, and they never count as a read.',
  ],
  [
    'A subject wants out.',
    'The data steward withdraws the subject on the Subjects page: files, contours, answers and numbers are deleted for good, and datasets and models that used them are named.',
  ],
];

export function HelpPage() {
  const keyList = useKeyList();
  return (
    <Page title="Help">
      <Stack gap="xl" maw={1080}>
        <section>
          <Title order={2} fz="md" mb="sm">
            Shortcuts
          </Title>
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
            {keyList.map(([group, rows]) => (
              <div key={group}>
                <Text size="sm" fw={600} mb={4}>
                  {group}
                </Text>
                <Table fz="sm" verticalSpacing={4}>
                  <Table.Tbody>
                    {rows.map(([keys, what]) => (
                      <Table.Tr key={what}>
                        <Table.Td w={150}>
                          {keys.map((key) => (
                            <Kbd key={key} mr={4}>
                              {key}
                            </Kbd>
                          ))}
                        </Table.Td>
                        <Table.Td>{what}</Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </div>
            ))}
          </SimpleGrid>
        </section>
        <section>
          <Title order={2} fz="md" mb="sm">
            Questions
          </Title>
          <Stack gap="md">
            {ANSWERS.map(([question, answer]) => (
              <div key={question}>
                <Text size="sm" fw={600}>
                  {question}
                </Text>
                <Text size="sm" maw={760}>
                  {answer}
                </Text>
              </div>
            ))}
          </Stack>
        </section>
        <Text size="sm" c="dimmed">
          Accord is for research use only; it is not a medical device. The AI drafts, people decide.
        </Text>
      </Stack>
    </Page>
  );
}

/** The keys of the reading room, as this person has them. */
function useKeyList(): [string, [string[], string][]][] {
  const entries = keyEntries(useOwnKeys()).filter((entry) => entry.keys.length > 0);
  const groups = [...new Set(entries.map((entry) => entry.group))];
  return [
    ['Mouse and structures', MOUSE],
    ...groups.map((group): [string, [string[], string][]] => [
      GROUP_NAMES[group] ?? group,
      entries.filter((entry) => entry.group === group).map((entry) => [entry.keys.map(keyName), entry.hint]),
    ]),
    ['Adjudication', ADJUDICATION],
  ];
}
