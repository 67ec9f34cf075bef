declare module 'dcmjs' {
  /** Of the whole library, the dictionary alone is used here. */
  const dcmjs: { data: { DicomMetaDictionary: { dictionary: Record<string, { name: string } | undefined> } } };
  export default dcmjs;
}
