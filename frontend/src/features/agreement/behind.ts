export { BehindPage } from './BehindPage';
