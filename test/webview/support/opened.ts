import { openDashboard, type Dashboard } from './dashboard';
import { openSite, type Site } from './site';

/** For a `describe`: opens dashboards of one site, as `openDashboard` does, and closes them after each test. */
export function opening() {
  let site: Site;
  let opened: Dashboard[] = [];
  before(async () => {
    site = await openSite();
  });
  after(() => site.close());
  afterEach(async () => {
    for (const dashboard of opened) await dashboard.close();
    opened = [];
  });
  return async (...how: OpenArguments): Promise<Dashboard> => {
    const dashboard = await openDashboard(site, ...how);
    opened.push(dashboard);
    return dashboard;
  };
}

type OpenArguments = Parameters<typeof openDashboard> extends [Site, ...infer Rest] ? Rest : never;
