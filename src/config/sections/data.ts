import Type from 'typebox';
import { section } from '../key.js';

export const DATA_SECTION = section({
  dir: Type.String({
    stem: 'data',
    path: true,
    minLength: 1,
    default: '.narae',
    description: 'Folder that holds the database and the index; made when missing',
  }),
});
