export { ReadingPage } from './ReadingPage';
export { StackPage } from './StackPage';
