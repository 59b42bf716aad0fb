import Type from 'typebox';
import { section } from '../key.js';

export const LANGGRAPH_SECTION = section({
  graphs: Type.Record(Type.String(), Type.String({ minLength: 1 }), {
    default: {},
    path: true,
    description:
      'Your own LangGraph.js graphs, served beside `narae`: `{"support": "./graphs/support.mjs:graph"}`, an id with a file and the name that it exports',
  }),
});
