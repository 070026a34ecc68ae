import { expect, test } from 'vitest';
import { Restarts } from '../../client/restarts.js';

test('a server that keeps crashing is not restarted', () => {
    const restarts = new Restarts(2, 1000);
    expect([0, 10, 20].map((now) => restarts.mayRestart(now))).toEqual([true, true, false]);
});

test('a server that crashes occasionally is restarted', () => {
    const restarts = new Restarts(2, 1000);
    expect([0, 900, 1800, 2700].map((now) => restarts.mayRestart(now))).toEqual([true, true, true, true]);
});

test('the author may try again', () => {
    const restarts = new Restarts(1, 1000);
    restarts.mayRestart(0);
    expect(restarts.mayRestart(1)).toBe(false);
    restarts.forget();
    expect(restarts.mayRestart(2)).toBe(true);
});
