import { expect, test } from 'vitest';

import { unfiltered } from './asking';

test('clearing takes away every filter and keeps what is compared and shown', () => {
  const before = new URLSearchParams('comparison=readers&protocol=p&site=s&vendor=v&disease=d&reader=a&reader=b&measure=edv_ml');
  expect(unfiltered(before).toString()).toBe('comparison=readers&measure=edv_ml');
});
