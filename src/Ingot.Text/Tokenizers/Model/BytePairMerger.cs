using System.Buffers;

namespace Ingot.Text.Tokenizers.Model;

/// <summary>
/// Merges the symbols of one word: always the pair of least rank, the leftmost of equals, until none is left.
/// Short words scan for it; long ones keep a heap, so that a word of n symbols costs n log n whatever it holds.
/// </summary>
internal static class BytePairMerger
{
    private const int LongestScanned = 48;

    /// <summary>Merges in place and returns how many symbols are left.</summary>
    public static int Merge(MergeTable merges, Span<int> symbols) =>
        symbols.Length <= LongestScanned ? MergeByScanning(merges, symbols) : MergeByHeap(merges, symbols);

    private static int MergeByScanning(MergeTable merges, Span<int> symbols)
    {
        Span<int> ranks = stackalloc int[LongestScanned];
        Span<int> results = stackalloc int[LongestScanned];
        var count = symbols.Length;
        for (var i = 0; i + 1 < count; i++) ranks[i] = merges.Find(symbols[i], symbols[i + 1], out results[i]);
        while (count > 1)
        {
            var best = 0;
            for (var i = 1; i + 1 < count; i++)
            {
                if (ranks[i] < ranks[best]) best = i;
            }
            if (ranks[best] == int.MaxValue) break;

            symbols[best] = results[best];
            symbols[(best + 2)..count].CopyTo(symbols[(best + 1)..]);
            ranks[(best + 1)..(count - 1)].CopyTo(ranks[best..]);
            results[(best + 1)..(count - 1)].CopyTo(results[best..]);
            count--;
            if (best > 0) ranks[best - 1] = merges.Find(symbols[best - 1], symbols[best], out results[best - 1]);
            if (best + 1 < count) ranks[best] = merges.Find(symbols[best], symbols[best + 1], out results[best]);
        }
        return count;
    }

    private static int MergeByHeap(MergeTable merges, Span<int> symbols)
    {
        var links = ArrayPool<Link>.Shared.Rent(symbols.Length);
        try
        {
            return MergeByHeap(merges, symbols, links.AsSpan(0, symbols.Length));
        }
        finally
        {
            ArrayPool<Link>.Shared.Return(links);
        }
    }

    private static int MergeByHeap(MergeTable merges, Span<int> symbols, Span<Link> links)
    {
        // Keys order by rank, then by place: the tie rule comes for free.
        var heap = new PriorityQueue<int, ulong>(symbols.Length);
        for (var i = 0; i < links.Length; i++)
        {
            links[i] = new Link { Previous = i - 1, Next = i + 1 };
            Look(merges, symbols, links, i, heap);
        }
        while (heap.TryDequeue(out var left, out var key))
        {
            // A place whose pair has changed since, or that was merged away, left a stale entry behind.
            ref var link = ref links[left];
            if (link.Rank != (int)(key >> 32)) continue;
            var right = link.Next;
            symbols[left] = link.Token;
            link.Next = links[right].Next;
            links[right].Rank = int.MaxValue;
            if (link.Next < links.Length) links[link.Next].Previous = left;
            Look(merges, symbols, links, left, heap);
            if (link.Previous >= 0) Look(merges, symbols, links, link.Previous, heap);
        }
        var count = 0;
        for (var i = 0; i < links.Length; i = links[i].Next) symbols[count++] = symbols[i];
        return count;
    }

    private static void Look(MergeTable merges, Span<int> symbols, Span<Link> links, int at, PriorityQueue<int, ulong> heap)
    {
        ref var link = ref links[at];
        link.Rank = int.MaxValue;
        if (link.Next >= links.Length) return;
        link.Rank = merges.Find(symbols[at], symbols[link.Next], out link.Token);
        if (link.Rank != int.MaxValue) heap.Enqueue(at, ((ulong)(uint)link.Rank << 32) | (uint)at);
    }

    private struct Link
    {
        public int Previous;
        public int Next;
        public int Rank;
        public int Token;
    }
}
