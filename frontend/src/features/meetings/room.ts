export { MeetingPage } from './MeetingPage';
