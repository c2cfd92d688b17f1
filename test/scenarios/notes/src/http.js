/** A failure that the client is told, with its status. */
export class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The JSON body of a request; more than `limit` bytes or no JSON is an HttpError. */
export async function readJson(request, limit = 64 * 1024) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > limit) throw new HttpError(413, `A body has at most ${limit} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new HttpError(400, 'The body is no JSON.');
  }
}

/** Answers with JSON, or with no body at all for 204. */
export function sendJson(response, status, body) {
  if (status === 204) return response.writeHead(204).end();
  return response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
