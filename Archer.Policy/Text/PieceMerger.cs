namespace Archer.Policy.Text;

/// <summary>
/// Merges the tokens of one piece: again and again the pair of lowest rank, the leftmost of equals.
/// Short pieces scan for it, long ones keep a queue, so that a megabyte without a space costs O(n log n).
/// </summary>
internal static class PieceMerger
{
    /// <summary>Up to this many bytes scanning is faster than a queue.</summary>
    public const int MaxScanned = 96;

    /// <summary>Merges in place and returns how many ids remain at the start of <paramref name="ids"/>.</summary>
    public static int Merge(Span<int> ids, MergeTable merges) =>
        ids.Length <= MaxScanned ? MergeShort(ids, merges) : MergeLong(ids, merges);

    internal static int MergeShort(Span<int> ids, MergeTable merges)
    {
        var count = ids.Length;
        Span<long> pairs = stackalloc long[MaxScanned];
        for (var i = 0; i + 1 < count; i++)
        {
            pairs[i] = merges.Find(ids[i], ids[i + 1]);
        }

        while (count > 1)
        {
            var best = Smallest(pairs[..(count - 1)]);
            if (pairs[best] == MergeTable.None)
            {
                break;
            }

            ids[best] = (int)pairs[best];
            ids[(best + 2)..count].CopyTo(ids[(best + 1)..]);
            if (best + 2 < count)
            {
                pairs[(best + 2)..(count - 1)].CopyTo(pairs[(best + 1)..]);
            }

            count--;
            if (best > 0)
            {
                pairs[best - 1] = merges.Find(ids[best - 1], ids[best]);
            }

            if (best + 1 < count)
            {
                pairs[best] = merges.Find(ids[best], ids[best + 1]);
            }
        }

        return count;
    }

    internal static int MergeLong(Span<int> ids, MergeTable merges)
    {
        var chain = new Chain(ids.ToArray(), merges);
        return chain.Merge(ids);
    }

    private static int Smallest(ReadOnlySpan<long> pairs)
    {
        var best = 0;
        for (var i = 1; i < pairs.Length; i++)
        {
            if (pairs[i] < pairs[best])
            {
                best = i;
            }
        }

        return best;
    }

    /// <summary>The piece as a doubly linked list, its mergeable pairs in a queue; entries that a later merge made stale are skipped.</summary>
    private sealed class Chain
    {
        private const int Gone = -1;
        private readonly int[] _ids;
        private readonly int[] _next;
        private readonly int[] _previous;
        private readonly MergeTable _merges;
        private readonly PriorityQueue<(int Right, long Found), (long Rank, int Position)> _queue = new();

        public Chain(int[] ids, MergeTable merges)
        {
            _ids = ids;
            _merges = merges;
            _next = [.. Enumerable.Range(1, ids.Length)];
            _previous = [.. Enumerable.Range(-1, ids.Length)];
            for (var i = 0; i + 1 < ids.Length; i++)
            {
                Enqueue(i);
            }
        }

        public int Merge(Span<int> output)
        {
            while (_queue.TryDequeue(out var pair, out var order))
            {
                MergeAt(order.Position, pair.Right, pair.Found);
            }

            var count = 0;
            for (var at = 0; at < _ids.Length; at = _next[at])
            {
                output[count++] = _ids[at];
            }

            return count;
        }

        private void MergeAt(int left, int right, long found)
        {
            if (_ids[left] == Gone || _next[left] != right || _merges.Find(_ids[left], _ids[right]) != found)
            {
                return;
            }

            _ids[left] = (int)found;
            _ids[right] = Gone;
            _next[left] = _next[right];
            if (_next[left] < _ids.Length)
            {
                _previous[_next[left]] = left;
            }

            if (_previous[left] >= 0)
            {
                Enqueue(_previous[left]);
            }

            Enqueue(left);
        }

        private void Enqueue(int left)
        {
            var right = _next[left];
            if (right >= _ids.Length)
            {
                return;
            }

            var found = _merges.Find(_ids[left], _ids[right]);
            if (found != MergeTable.None)
            {
                _queue.Enqueue((right, found), (found >> 32, left));
            }
        }
    }
}
