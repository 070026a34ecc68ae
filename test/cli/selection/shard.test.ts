import { expect, test } from 'vitest';
import { shard } from '../../../server/cli/options.js';
import { shardOf } from '../../../server/cli/selection/shard.js';

const FILES = Array.from({ length: 11 }, (_, i) => `p${i}`);

test.each([1, 2, 3, 8, 20])('%i parts contain each file once, and are of similar size', (count) => {
    const parts = Array.from({ length: count }, (_, i) => shardOf(FILES, { index: i + 1, count }));
    expect(parts.flat().sort()).toEqual([...FILES].sort());
    const sizes = parts.map(({ length }) => length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
});

test.each(['0/2', '3/2', '1', '1/0', 'a/b', '1/2/3', '-1/2', '1.5/2'])('%s is not a valid part', (text) => {
    expect(() => shard(text)).toThrow('such as 2/8');
});
