import { Button, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';

import { api } from '../../api/client';
import { when } from '../../components/format';
import { Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { GatePlanForm } from './GatePlanForm';
import { type GatePlan, type GatePlans, type Rules, RULES, spoken } from './gatePlan';

const TEXTS = [
  ['may_change', 'What may change'],
  ['protocol', 'How it is tested'],
  ['impact', 'What it means'],
] as const;

/** How models of the project are judged: the plan in force, those before it, and a new one. */
export function GatePlanPage() {
  const { slug = '' } = useParams();
  const [writing, setWriting] = useState(false);
  const query = useQuery({ queryKey: ['gate-plans', slug], queryFn: () => api.get<GatePlans>(`/projects/${slug}/gate-plans/`) });
  const mayState = query.data?.may_state === true && !writing;
  return (
    <Page
      width={860}
      title="Gate plan"
      note="Stated and signed before a model is trained. A plan judges the models whose training starts after it."
      trail={[{ label: 'Models', to: `/p/${slug}/models` }]}
      actions={mayState && <Button onClick={() => setWriting(true)}>{query.data?.plans.length ? 'State a new version' : 'State a plan'}</Button>}
    >
      <Loaded query={query} label="Loading the gate plan">
        {({ plans, default_rules: defaults }) => (
          <Stack gap="lg">
            {writing && <GatePlanForm slug={slug} newest={plans[0] ?? null} defaults={defaults} onDone={() => setWriting(false)} />}
            {plans.length === 0 && !writing && (
              <Paper withBorder p="md">
                <Text size="sm" mb="sm">
                  No plan is stated. Until one is, models are judged by these rules.
                </Text>
                <RulesTable rules={defaults} />
              </Paper>
            )}
            {plans.map((plan, index) => (
              <Plan key={plan.id} plan={plan} inForce={index === 0} />
            ))}
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

function Plan({ plan, inForce }: { plan: GatePlan; inForce: boolean }) {
  return (
    <Paper withBorder p="md" component="section" data-testid="gate-plan">
      <Title order={2} fz="md">
        Version {plan.version}
        {inForce && ' · in force'}
      </Title>
      <Text size="xs" c="dimmed" mb="sm">
        Stated and signed by {plan.stated_by}, {when(plan.created_at)}
      </Text>
      <Stack gap="xs" mb="sm">
        {TEXTS.map(([name, label]) => (
          <div key={name}>
            <Text size="xs" c="dimmed">
              {label}
            </Text>
            <Text size="sm" style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
              {plan[name]}
            </Text>
          </div>
        ))}
      </Stack>
      <RulesTable rules={plan.rules} />
    </Paper>
  );
}

function RulesTable({ rules }: { rules: Rules }) {
  return (
    <ul style={{ margin: 0, paddingInlineStart: 18 }}>
      {RULES.filter((rule) => rule.name !== 'min_shadow' || rules.min_shadow > 0).map((rule) => (
        <Text component="li" size="sm" key={rule.name}>
          {spoken(rule, rules)}
        </Text>
      ))}
      <Text component="li" size="sm">
        {rules.by_interval ? 'Margins hold for the unfavourable end of the 95 % interval, those of the worst case and of groups for the difference that was seen.' : 'Margins hold for the difference that was seen.'}
      </Text>
      <Text component="li" size="sm">
        No new kind of failure, and no more failed cases than the champion.
      </Text>
    </ul>
  );
}
