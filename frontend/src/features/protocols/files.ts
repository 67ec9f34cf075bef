/** Protocols as files: out of the browser and into it. */
import { api } from '../../api/client';
import type { DraftCheck, ProtocolDocument } from '../../api/types';

const LARGEST = 1_000_000; // a protocol has some ten thousand characters

export class NotAProtocol extends Error {
  constructor(
    message: string,
    readonly problems: Record<string, string[]> = {},
  ) {
    super(message);
  }
}

/** A file as a document that can be used; raises NotAProtocol with what is wrong, by path. */
export async function readProtocol(slug: string, file: File): Promise<ProtocolDocument> {
  if (file.size > LARGEST) throw new NotAProtocol('This file is too large for a protocol.');
  let document: unknown;
  try {
    document = JSON.parse(await file.text());
  } catch {
    throw new NotAProtocol('This file is no JSON. Take one that was exported from a protocol.');
  }
  const { problems } = await api.post<DraftCheck>(`/projects/${slug}/protocols/draft/`, { document });
  if (Object.keys(problems).length > 0) throw new NotAProtocol('This file can’t be used as a protocol.', problems);
  return document as ProtocolDocument;
}

export async function saveProtocol(slug: string, id: string, version: number): Promise<void> {
  const document = await api.get<ProtocolDocument>(`/projects/${slug}/protocols/${id}/versions/${version}/file/`);
  const name = document.name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '').toLowerCase() || 'protocol';
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(document, null, 2)}\n`], { type: 'application/json' }));
  const link = Object.assign(window.document.createElement('a'), { href: url, download: `${name}-v${version}.json` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
