// Follows the events of an OpenCode server and parses them, and does nothing else. Prints how many a second they were.
import http from 'node:http';

const { BARE_URL = '', BARE_AUTHORIZATION = '' } = process.env;
let events = 0;
let since = Date.now();
http.get(`${BARE_URL}/global/event`, { headers: { authorization: BARE_AUTHORIZATION } }, (response) => {
  let rest = '';
  response.setEncoding('utf8');
  response.on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('data:') && JSON.parse(line.slice(5))) events += 1;
  });
});
setInterval(() => {
  console.log(JSON.stringify({ at: Date.now(), perSecond: (events * 1_000) / (Date.now() - since) }));
  events = 0;
  since = Date.now();
}, 5_000);
