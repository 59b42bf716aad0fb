import { describe, expect, it } from 'vitest';
import { commandKey } from './command-key.js';
import { keySlot } from './key-slot.js';

describe('keySlot', () => {
  // The checksum of the specification, and slots as a redis-server gives them (CLUSTER KEYSLOT).
  it.each([
    ['123456789', 0x31c3],
    ['', 0],
    ['foo', 12_182],
    ['한국어', 3_111],
  ])('of %j', (key, slot) => {
    expect(keySlot(key)).toBe(slot);
    expect(keySlot(Buffer.from(key))).toBe(slot);
  });

  it('is that of the hash tag, where there is one', () => {
    expect(keySlot('{user1000}.following')).toBe(keySlot('user1000'));
    expect(keySlot('foo{{bar}}zap')).toBe(keySlot('{bar'));
    expect(keySlot('{나래}:1')).toBe(keySlot('나래'));
    expect(keySlot('foo{bar}{zap}')).toBe(keySlot('bar'));
    // An empty tag is none.
    expect(keySlot('foo{}{bar}')).not.toBe(keySlot('bar'));
  });
});

describe('commandKey', () => {
  it.each([
    [['GET', 'k'], 'k'],
    [['set', 'k', 'v'], 'k'],
    [['PING'], undefined],
    [['PUBLISH', 'channel', 'x'], undefined],
    [['EVALSHA', 'hash', '2', 'k', 'l'], 'k'],
    [['EVAL', 'return 1', '0'], undefined],
    [['XREAD', 'COUNT', '5', 'STREAMS', 'k', '0'], 'k'],
    [['XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 'k', '>'], 'k'],
    [['OBJECT', 'ENCODING', 'k'], 'k'],
    [['XGROUP', 'CREATE', 'k', 'g', '$'], 'k'],
  ] as const)('of %j', (args, key) => expect(commandKey(args)).toBe(key));
});
