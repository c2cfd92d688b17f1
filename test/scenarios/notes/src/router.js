import { HttpError, readJson, sendJson } from './http.js';
import { search } from './search.js';
import { checkNote } from './validate.js';

/** What the API serves, as the README lists it. */
export const routes = ['GET /notes', 'POST /notes', 'GET /notes/:id', 'PATCH /notes/:id', 'DELETE /notes/:id'];

/** A request listener over a store of notes. */
export function createRouter(store) {
  const known = (note) => {
    if (!note) throw new HttpError(404, 'There is no such note.');
    return note;
  };
  const checked = async (request, options) => {
    const { note, error } = checkNote(await readJson(request), options);
    if (error) throw new HttpError(400, error);
    return note;
  };
  const collection = {
    GET: (_, url) => [200, search(store.list(), url.searchParams.get('q') ?? '')],
    POST: async (request) => [201, store.add(await checked(request))],
  };
  const item = {
    GET: (_, __, id) => [200, known(store.get(id))],
    PATCH: async (request, _, id) => [200, known(store.update(id, await checked(request, { partial: true })))],
    DELETE: (_, __, id) => [204, known(store.remove(id))],
  };

  return async (request, response) => {
    try {
      const url = new URL(request.url, 'http://localhost');
      const [, id] = /^\/notes(?:\/([^/]+))?$/.exec(url.pathname) ?? [undefined, null];
      if (id === null) throw new HttpError(404, 'There is nothing here.');
      const handle = (id === undefined ? collection : item)[request.method];
      if (!handle) throw new HttpError(405, `${request.method} does not go here.`);
      sendJson(response, ...(await handle(request, url, id)));
    } catch (error) {
      const status = error instanceof HttpError ? error.status : 500;
      sendJson(response, status, { error: status === 500 ? 'Something broke.' : error.message });
    }
  };
}
