using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Ingot.Benchmarks.Comparison.LlamaCpp;

namespace Ingot.Benchmarks.Comparison.Http;

/// <summary>
/// Requests for llama.cpp's library, computed together as its own server does it: as many slots as sequences, each call one token of every
/// answer under way and as much of waiting prompts as it has room for, the likeliest token chosen, and the slot that knows most of a prompt's
/// beginning takes it.
/// </summary>
internal sealed class LlamaSlots : IDisposable
{
    private readonly LlamaModel _model;
    private readonly LlamaContext _context;
    private readonly int _vocabulary;
    private readonly Slot[] _slots;
    private readonly BlockingCollection<Request> _requests = [];
    private readonly Thread _thread;

    /// <summary>Starts.</summary>
    /// <param name="model">The model, which is freed with this.</param>
    /// <param name="vocabulary">Tokens there are.</param>
    public LlamaSlots(LlamaModel model, int vocabulary)
    {
        _model = model;
        _vocabulary = vocabulary;
        _context = model.Open(Load.MostTogether, Load.SlotTokens);
        _slots = [.. Enumerable.Range(0, Load.MostTogether).Select(sequence => new Slot(sequence))];
        _thread = new Thread(Run) { Name = "llama slots", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The tokens of an answer, as they come.</summary>
    public IAsyncEnumerable<int> AnswerAsync(int[] prompt, int tokens)
    {
        var request = new Request(prompt, tokens, Channel.CreateUnbounded<int>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true }));
        _requests.Add(request);
        return request.Answer.Reader.ReadAllAsync();
    }

    /// <summary>Ends after the answers under way.</summary>
    public void Dispose()
    {
        _requests.CompleteAdding();
        _thread.Join();
        _context.Dispose();
        _model.Dispose();
        _requests.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            while (_slots.Any(slot => slot.Request is null) && _requests.TryTake(out Request? request, _slots.All(slot => slot.Request is null) ? Timeout.Infinite : 0))
                Admit(request);
            if (_slots.All(slot => slot.Request is null))
                return;
            Step();
        }
    }

    private void Admit(Request request)
    {
        Slot slot = _slots.Where(slot => slot.Request is null).MaxBy(slot => slot.Shared(request.Prompt))!;
        // The last token is computed anew, for its logits.
        int known = Math.Min(slot.Shared(request.Prompt), request.Prompt.Length - 1);
        _context.Cut(slot.Sequence, known);
        slot.Known.RemoveRange(known, slot.Known.Count - known);
        slot.Request = request;
        slot.Chosen = 0;
    }

    private void Step()
    {
        var rows = new List<(Slot Slot, int Row)>(_slots.Length);
        int count = 0;
        foreach (Slot slot in _slots.Where(slot => slot.Request is not null && slot.Chosen > 0))
        {
            _context.Add(slot.Next, slot.Known.Count, slot.Sequence, wanted: true);
            slot.Known.Add(slot.Next);
            rows.Add((slot, count++));
        }

        foreach (Slot slot in _slots.Where(slot => slot.Request is not null && slot.Chosen == 0))
        {
            int[] prompt = slot.Request!.Prompt;
            int[] part = prompt[slot.Known.Count..Math.Min(prompt.Length, slot.Known.Count + LlamaContext.CallTokens - count)];
            if (part.Length == 0)
                continue;
            _context.Add(part, slot.Known.Count, slot.Sequence);
            slot.Known.AddRange(part);
            count += part.Length;
            if (slot.Known.Count == prompt.Length)
                rows.Add((slot, count - 1));
        }

        _context.Compute();
        foreach ((Slot slot, int row) in rows)
            slot.Take(Likeliest(_context.Logits(row, _vocabulary)));
    }

    private static int Likeliest(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int token = 1; token < logits.Length; token++)
        {
            if (logits[token] > logits[best])
                best = token;
        }

        return best;
    }

    private sealed record Request(int[] Prompt, int Tokens, Channel<int> Answer);

    private sealed class Slot(int sequence)
    {
        public int Sequence => sequence;

        public List<int> Known { get; } = [];

        public Request? Request { get; set; }

        public int Chosen { get; set; }

        public int Next { get; private set; }

        /// <summary>How much of a prompt's beginning it knows.</summary>
        public int Shared(int[] prompt) => CollectionsMarshal.AsSpan(Known).CommonPrefixLength(prompt);

        public void Take(int token)
        {
            Next = token;
            Request!.Answer.Writer.TryWrite(token);
            if (++Chosen < Request.Tokens)
                return;
            Request.Answer.Writer.Complete();
            Request = null;
        }
    }
}
