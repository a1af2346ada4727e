// The peer of a save: Express as it comes, that reads a JSON body and answers with it.
import express from 'express';

const app = express();
app.use(express.json({ type: 'application/json' }));
app.patch('/echo', (request, response) => {
  response.json(request.body);
});
const server = app.listen(0, '127.0.0.1', () => console.log(JSON.stringify(server.address())));
