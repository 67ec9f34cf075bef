import { Outlet, useLocation } from 'react-router';

/** Each address has a page of its own: what was chosen or typed on one case's never stands on the next one's. */
export function Anew() {
  const { pathname } = useLocation();
  return <Outlet key={pathname} />;
}
