// A cine SEG and a report as dcmjs reads them: pixels per phase and segment, numbers per author.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [, , modules, segPath, srPath] = process.argv;
const dcmjs = createRequire(`${modules}/`)('dcmjs');
dcmjs.log.setLevel?.('error');

function open(path) {
  const bytes = readFileSync(path);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const message = dcmjs.data.DicomMessage.readFile(buffer);
  return dcmjs.data.DicomMetaDictionary.naturalizeDataset(message.dict);
}

const list = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const first = (value) => list(value)[0];

const seg = open(segPath);
const size = seg.Rows * seg.Columns;
const bits = new Uint8Array(first(seg.PixelData));
const pixels = {};
const sums = {};
list(seg.PerFrameFunctionalGroupsSequence).forEach((frame, index) => {
  const phase = first(frame.FrameContentSequence).TemporalPositionIndex;
  const segment = first(frame.SegmentIdentificationSequence).ReferencedSegmentNumber;
  let count = 0;
  for (let i = 0; i < size; i += 1) {
    const bit = index * size + i;
    if ((bits[bit >> 3] >> (bit & 7)) & 1) {
      count += 1;
      sums[phase] = (sums[phase] ?? 0) + ((i + 1) % 251);
    }
  }
  pixels[phase] ??= {};
  pixels[phase][segment] = (pixels[phase][segment] ?? 0) + count;
});

const numbers = {};
const groups = (item) =>
  list(item.ContentSequence).flatMap((child) => [
    ...(first(child.ConceptNameCodeSequence)?.CodeMeaning === 'Measurement Group' ? [child] : []),
    ...groups(child),
  ]);
const text = (name) => String(first(name)?.Alphabetic ?? first(name)).replace(/\^+$/, '');
for (const group of groups(open(srPath))) {
  const items = list(group.ContentSequence);
  const person = items.find((i) => first(i.ConceptNameCodeSequence).CodeMeaning === 'Person Observer Name');
  for (const item of items.filter((i) => i.ValueType === 'NUM')) {
    const name = first(item.ConceptNameCodeSequence).CodeMeaning;
    numbers[`${text(person.PersonName)}|${name}`] = first(item.MeasuredValueSequence).FloatingPointValue;
  }
}
process.stdout.write(JSON.stringify({ pixels, sums, numbers }));
