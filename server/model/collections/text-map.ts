/**
 * A map from texts to values; undefined if it is empty. The engine's hashes are seeded, so no choice of texts makes
 * such a map slow.
 */
import { VersionedMap } from './versioned-map.js';

export type TextMap<V> = VersionedMap<V> | undefined;

export function valueAt<V>(map: TextMap<V>, key: string): V | undefined {
    return map?.get(key);
}

export function withValue<V>(map: TextMap<V>, key: string, value: V): VersionedMap<V> {
    return (map ?? VersionedMap.empty<V>()).with(key, value);
}
