using System.IO.Hashing;

namespace Ingot.Gateway.Replicas;

/// <summary>
/// Which replica keeps which response: the next one of the conversation must go there, since the others do not have it. The newest are
/// remembered; what is forgotten goes where its prompt's beginning says. Thread-safe.
/// </summary>
/// <param name="most">How many are remembered.</param>
internal sealed class AnswerPlaces(int most = 1 << 16)
{
    // A response's id stands near the beginning of what a provider sends, streamed or not.
    private const int MostLooked = 1 << 10;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, ulong> _places = [];
    private readonly Queue<ulong> _oldest = [];

    /// <summary>The hash of the replica that has a response; null when that is not known.</summary>
    public ulong? Find(string response)
    {
        lock (_lock)
            return _places.TryGetValue(Key(System.Text.Encoding.UTF8.GetBytes(response)), out ulong replica) ? replica : null;
    }

    /// <summary>Remembers where a response is, if this is the beginning of one.</summary>
    /// <param name="beginning">What the replica sent first.</param>
    /// <param name="replica">The replica's hash.</param>
    public void Note(ReadOnlySpan<byte> beginning, ulong replica)
    {
        ReadOnlySpan<byte> looked = beginning[..Math.Min(beginning.Length, MostLooked)];
        int start = looked.IndexOf("\"resp_"u8) + 1;
        int length = start > 0 ? looked[start..].IndexOf((byte)'"') : -1;
        if (length < 0)
            return;
        ulong key = Key(looked.Slice(start, length));
        lock (_lock)
        {
            if (!_places.TryAdd(key, replica))
            {
                _places[key] = replica;
                return;
            }

            _oldest.Enqueue(key);
            if (_oldest.Count > most)
                _places.Remove(_oldest.Dequeue());
        }
    }

    private static ulong Key(ReadOnlySpan<byte> response) => XxHash3.HashToUInt64(response);
}
