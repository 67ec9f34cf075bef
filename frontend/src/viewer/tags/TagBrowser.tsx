import { Drawer, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';

import type { FrameAddress, Stack } from '../../api/types';
import { Busy, ErrorNote } from '../../components/Notice';
import { type Dataset, matching, rowsOf, type TagRow } from './rows';
import classes from './tags.module.css';

interface Props {
  stack: Stack;
  address: FrameAddress | null;
  onClose: () => void;
}

/** The header of the instance in view, as the archive serves it to this person. */
export function TagBrowser({ stack, address, onClose }: Props) {
  const [search, setSearch] = useState('');
  const query = useQuery({
    queryKey: ['header', stack.dicomweb_root, address?.sop_instance_uid],
    queryFn: () => headerOf(stack, address!),
    enabled: address !== null,
    staleTime: Infinity,
  });
  const rows = useMemo(() => matching(query.data ?? [], search), [query.data, search]);
  return (
    <Drawer opened onClose={onClose} position="right" size="min(720px, 90vw)" title="DICOM header" closeButtonProps={{ 'aria-label': 'Close' }}>
      <TextInput data-autofocus placeholder="Name, tag or value" aria-label="Search the header" value={search} onChange={(e) => setSearch(e.currentTarget.value)} mb="sm" />
      {query.error && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      {query.isLoading && <Busy label="Reading the header" />}
      {query.data && rows.length === 0 && <Text size="sm">No element matches.</Text>}
      {rows.length > 0 && <Rows rows={rows} />}
    </Drawer>
  );
}

function Rows({ rows }: { rows: TagRow[] }) {
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => 26, overscan: 20 });
  return (
    <div ref={box} className={classes.box} tabIndex={0} role="table" aria-label="Elements" aria-rowcount={rows.length}>
      <div style={{ height: virtual.getTotalSize() }} role="rowgroup">
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index]!;
          return (
            <div key={row.key} role="row" aria-rowindex={item.index + 1} className={classes.row} data-private={row.isPrivate || undefined} style={{ transform: `translateY(${item.start}px)` }}>
              <span role="cell" style={{ paddingLeft: row.depth * 14 }}>
                {row.tag}
              </span>
              <span role="cell">{row.name}</span>
              <span role="cell">{row.vr}</span>
              <span role="cell" title={row.value}>
                {row.value}
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

async function headerOf(stack: Stack, address: FrameAddress): Promise<TagRow[]> {
  const url = `${stack.dicomweb_root}/studies/${address.study_uid}/series/${address.series_uid}/instances/${address.sop_instance_uid}/metadata`;
  const [response, { default: dcmjs }] = await Promise.all([fetch(url, { headers: { Accept: 'application/dicom+json' } }), import('dcmjs')]);
  if (!response.ok) throw new Error('The header can’t be read. Check the connection, then try again.');
  const [dataset] = (await response.json()) as Dataset[];
  const { dictionary } = dcmjs.data.DicomMetaDictionary;
  return rowsOf(dataset ?? {}, (tag) => dictionary[`(${tag.slice(0, 4)},${tag.slice(4)})`]?.name ?? '');
}
