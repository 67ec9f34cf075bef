/** Comment threads as the portal sends them. */
export interface Person {
  id: string;
  name: string;
}

export interface ImageAnchor {
  kind: 'image';
  stack_id: string;
  slice: number;
  phase: number;
  column?: number;
  row?: number;
  structure?: string;
}

export type Anchor = Record<string, never> | ImageAnchor | { kind: 'question'; question: string };

export interface Comment {
  id: string;
  at: string;
  author: Person;
  is_mine: boolean;
  text: string;
  deleted: boolean;
}

export interface Thread {
  id: string;
  about: string;
  case_id: string | null;
  read_id: string | null;
  anchor: Anchor;
  resolved: boolean;
  resolved_by: string | null;
  comments: Comment[];
}

export const isImage = (anchor: Anchor): anchor is ImageAnchor => 'kind' in anchor && anchor.kind === 'image';

/** Slices and phases are counted from 1 on the screen. */
export function placeName(anchor: Anchor): string {
  if (isImage(anchor)) return `Slice ${anchor.slice + 1}, phase ${anchor.phase + 1}`;
  return 'kind' in anchor ? `Question “${anchor.question}”` : '';
}
