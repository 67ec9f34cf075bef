import { Alert, Anchor, Button, Group, Paper, Select, Stack, Table, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';

import { api, messageOf } from '../../api/client';
import { useMay } from '../../api/queries';
import type { ModelDetail, Page as Paged, TestSet } from '../../api/types';
import { when } from '../../components/format';
import { Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { ReasonDialog } from '../../components/ReasonDialog';
import { SignDialog } from '../../components/SignDialog';
import { ModelFlags, State } from '../../components/State';
import { Card } from './Card';
import { EvaluationCard } from './EvaluationCard';
import { Metrics, metricsOf } from './Metrics';
import { ModelCard } from './ModelCard';
import { Shadow } from './ShadowSection';

const MEANING = 'I approve this model as champion of the project.';

export function ModelPage() {
  const { slug = '', id = '' } = useParams();
  const may = useMay(slug);
  const query = useQuery({ queryKey: ['model', id], queryFn: () => api.get<ModelDetail>(`/models/${id}/`) });
  return (
    <Loaded query={query} label="Loading the model">
      {(model) => (
        <Page
          width={1080}
          title={`${model.name} ${model.version}`}
          trail={[{ label: 'Models', to: `/p/${slug}/models` }]}
          note={
            <Group gap={6}>
              <State value={model.state} /> <ModelFlags model={model} /> <span>{model.title}</span>
            </Group>
          }
          actions={<Actions model={model} />}
        >
          <Stack gap="lg">
            {model.demonstration && (
              <Alert color="grape">A demonstration model, poor on purpose, so that a better one can be seen to take its place.</Alert>
            )}
            {model.noncommercial && <Alert color="orange">Trained on data with a non-commercial licence: not for commercial use.</Alert>}
            {model.withdrawn_data.length > 0 && (
              <Alert color="orange">
                It learned from data of a subject who was withdrawn since:{' '}
                {model.withdrawn_data.map((row) => `${row.name} · version ${row.version}`).join(', ')}. Decide whether it may go on being used.
              </Alert>
            )}
            {model.training_run_id && (
              <Anchor component={Link} to={`/p/${slug}/training/${model.training_run_id}`} size="sm">
                The training run that made it
              </Anchor>
            )}
            {model.actions.includes('evaluate') && <Evaluate slug={slug} model={model} />}
            <section>
              <Title order={2} fz="md" mb="xs">
                Evaluations
              </Title>
              {model.evaluations.length === 0 ? (
                <Text size="sm" c="dimmed">
                  Not evaluated beside a champion yet.
                </Text>
              ) : (
                <Stack gap="md">
                  {model.evaluations.map((evaluation) => (
                    <EvaluationCard key={evaluation.id} evaluation={evaluation} />
                  ))}
                </Stack>
              )}
            </section>
            {(may('train') || may('approve_model')) && <Shadow id={model.id} />}
            <Proposals model={model} />
            <ModelCard slug={slug} id={model.id} />
            <Metrics metrics={metricsOf(model.card)} />
            <Card card={model.card} sha256={model.weights_sha256} />
          </Stack>
        </Page>
      )}
    </Loaded>
  );
}

function Actions({ model }: { model: ModelDetail }) {
  const client = useQueryClient();
  const [asking, setAsking] = useState<'propose' | 'approve' | 'refuse' | 'roll-back' | null>(null);
  const may = (action: string) => model.actions.includes(action);
  const send = async (action: string, body: unknown) => {
    await api.post(`/models/${model.id}/${action}/`, body);
    await client.invalidateQueries();
  };
  return (
    <>
      {may('roll_back') && (
        <Button variant="default" onClick={() => setAsking('roll-back')}>
          Roll back
        </Button>
      )}
      {may('refuse') && (
        <Button variant="default" onClick={() => setAsking('refuse')}>
          Refuse
        </Button>
      )}
      {may('approve') && <Button onClick={() => setAsking('approve')}>Approve</Button>}
      {may('propose') && <Button onClick={() => setAsking('propose')}>Propose as champion</Button>}
      {(asking === 'propose' || asking === 'refuse') && (
        <ReasonDialog
          title={asking === 'refuse' ? 'Refuse this model' : 'Propose as champion'}
          description={asking === 'refuse' ? 'The proposer sees the reason.' : 'A second person with the right to approve decides.'}
          action={asking === 'refuse' ? 'Refuse' : 'Propose'}
          send={({ reason }) => send(asking, { reason })}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === 'roll-back' && (
        <ReasonDialog
          title="Roll back"
          description="The champion before this one drafts again at once. Drafts that exist stay as they are."
          action="Roll back"
          send={({ reason }) => send('roll-back', { reason })}
          onClose={() => setAsking(null)}
        />
      )}
      <SignDialog
        opened={asking === 'approve'}
        title="Approve as champion"
        meaning={MEANING}
        covers="From now on Pre-annotate uses this model. Your signature covers its weights and the evaluation that passed the gate."
        action="Approve and sign"
        onClose={() => setAsking(null)}
        onSign={async (password) => {
          await send('approve', { password, meaning: MEANING });
          notifications.show({ message: `${model.name} ${model.version} is the champion now.`, color: 'green' });
        }}
      />
    </>
  );
}

function Evaluate({ slug, model }: { slug: string; model: ModelDetail }) {
  const client = useQueryClient();
  const [chosen, setChosen] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const query = useQuery({
    queryKey: ['test-sets', slug, 'choices'],
    queryFn: () => api.get<Paged<TestSet>>(`/projects/${slug}/test-sets/?page_size=200`),
  });
  const sets = (query.data?.results ?? []).filter((set) => !set.withdrawn_at);
  const value = chosen ?? sets[0]?.id ?? null;
  const start = async () => {
    setProblem(null);
    try {
      await api.post(`/models/${model.id}/evaluate/`, { test_set_id: value });
      await client.invalidateQueries({ queryKey: ['model', model.id] });
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} fz="md" mb="xs">
        Evaluate beside the champion
      </Title>
      {problem && (
        <Alert color="red" mb="xs">
          {problem}
        </Alert>
      )}
      {sets.length === 0 ? (
        <Text size="sm" c="dimmed">
          There is no frozen test set. Quality freezes one on the Datasets page.
        </Text>
      ) : (
        <Group>
          <Select
            aria-label="Test set"
            data={sets.map((s) => ({ value: s.id, label: `${s.name}${s.is_phantom ? ' (phantoms)' : ''}` }))}
            value={value}
            onChange={setChosen}
            allowDeselect={false}
            w={280}
          />
          <Button variant="default" disabled={value === null} onClick={() => void start()}>
            Evaluate
          </Button>
        </Group>
      )}
    </Paper>
  );
}

function Proposals({ model }: { model: ModelDetail }) {
  if (model.proposals.length === 0) return null;
  return (
    <section>
      <Title order={2} fz="md" mb="xs">
        Proposals
      </Title>
      <Table fz="sm" verticalSpacing={4}>
        <Table.Tbody>
          {model.proposals.map((p) => (
            <Table.Tr key={p.id}>
              <Table.Td>
                {p.proposed_by}, {when(p.created_at)}: {p.reason || 'no reason given'}
              </Table.Td>
              <Table.Td>
                {p.approved === null
                  ? 'waits for a second person'
                  : `${p.approved ? 'approved' : 'refused'} by ${p.decided_by}, ${when(p.decided_at)}${p.decision_reason ? `: ${p.decision_reason}` : ''}`}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
