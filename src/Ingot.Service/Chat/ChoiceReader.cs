using System.Text;
using Ingot.Engine;
using Ingot.Engine.Sampling;
using Ingot.Service.Chat.Calls;
using Ingot.Service.Chat.Parsing;
using Ingot.Text.Tokenizers;

namespace Ingot.Service.Chat;

/// <summary>
/// Turns one choice's tokens into updates: decoder (whole characters), stop matcher (across tokens), then the parsers that
/// tell thinking, calls and text apart. Not thread-safe: one run reads one choice at a time.
/// </summary>
internal sealed class ChoiceReader
{
    /// <summary>More than any decoder looks back.</summary>
    private const int Lookback = 32;

    private readonly int _choice;
    private readonly Tokenizer _tokenizer;
    private readonly IncrementalDecoder _decoder;
    private readonly StopMatcher _stop;
    private readonly ReasoningParser? _reasoning;
    private readonly PrefaceFilter? _preface;
    private readonly ICallParser? _toolCalls;
    private readonly CallIds _ids;
    private readonly bool _endsWithFirstCall;
    private readonly HashSet<int> _markerTokens = [];
    private readonly List<OutputPart> _parts = [];
    private readonly List<OutputPart> _answer = [];
    private readonly PromptEcho? _echo;
    private List<TokenProbability> _probabilities = [];
    private double _logProbability;
    private int _calls;

    /// <param name="choice">Which of the answers, from 0.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="stops">Texts that end the answer.</param>
    /// <param name="markup">Which special parts the output may have.</param>
    /// <param name="continued">Tokens whose text the answer goes on with, so that a space between them and it is kept; null for an answer that stands alone.</param>
    /// <param name="echo">Takes the prompt's own tokens, where the events begin with them.</param>
    internal ChoiceReader(int choice, Tokenizer tokenizer, IReadOnlyList<string> stops, OutputMarkup markup, IReadOnlyList<int>? continued = null, PromptEcho? echo = null)
    {
        (_choice, _tokenizer, _echo) = (choice, tokenizer, echo);
        _stop = new StopMatcher(stops);
        _reasoning = markup.Reasoning is { } reasoning ? new ReasoningParser(reasoning, markup.StartsInReasoning) : null;
        _preface = markup.Format.Preface is { Length: > 0 } preface ? new PrefaceFilter(preface, markup.StartsInCall ? markup.Format.Markers[0] : "") : null;
        _toolCalls = markup.ToolCalls is not { } calls ? null : markup.IsEnforced ? new EnforcedCallParser(calls, markup.Targets) : new FreeCallParser(calls);
        _ids = new CallIds(markup.Format.Ids, markup.EarlierCalls);
        _endsWithFirstCall = markup is { EndsWithFirstCall: true, IsEnforced: false };
        AddMarkerTokens(markup.Reasoning is { } thinking ? [thinking.Start, thinking.End] : []);
        AddMarkerTokens(markup.ToolCalls?.Markers ?? []);
        _decoder = tokenizer.CreateDecoder(skipSpecialTokens: _markerTokens.Count == 0);
        foreach (var token in continued?.TakeLast(Lookback) ?? [])
            _decoder.Append(token);
    }

    /// <summary>Tokens read so far.</summary>
    internal int TokenCount { get; private set; }

    /// <summary>The mean log-probability of these tokens, where the events tell it; 0 when there are none.</summary>
    internal double MeanLogProbability => TokenCount == 0 ? 0 : _logProbability / TokenCount;

    /// <summary>How many of them were thinking.</summary>
    internal int ReasoningTokenCount { get; private set; }

    /// <summary>Prompt tokens that were found in the cache; 0 until the first event.</summary>
    internal int CachedTokens { get; private set; }

    /// <summary>What the engine counted; null while the choice runs and when a stop text ended it.</summary>
    internal TokenUsage? Usage { get; private set; }

    /// <summary>Whether the choice has ended.</summary>
    internal bool IsFinished { get; private set; }

    /// <summary>Takes the next event and adds what follows from it.</summary>
    internal void Read(TokenEvent next, List<ChatUpdate> updates)
    {
        if (next is { IsPrompt: true, Token: { } given })
        {
            _echo?.Add(next.LogProbabilities is { } likely ? Describe(given, likely) : Describe(given, null, []));
            return;
        }

        if (_echo?.Take(_choice) is { } echoed)
            updates.Add(echoed);
        CachedTokens = next.CachedTokens ?? next.Usage?.CachedTokens ?? CachedTokens;
        if (next.Token is { } token)
        {
            TokenCount++;
            var wasReasoning = _reasoning is { IsInside: true };
            var wasCalling = _toolCalls is EnforcedCallParser { IsInside: true };
            if (wasReasoning)
                ReasoningTokenCount++;
            if (next.LogProbabilities is { } probabilities)
            {
                _probabilities.Add(Describe(token, probabilities));
                _logProbability += probabilities.LogProbability;
            }

            Parse(_stop.Append(TextOf(token)), updates);

            // Probabilities are those of the content's tokens; thinking, calls and their markers are none.
            if (wasReasoning || _reasoning is { IsInside: true } || wasCalling || _toolCalls is EnforcedCallParser { IsInside: true })
                _probabilities.Clear();
            if (HasLastCall)
                End(FinishReason.Stop, updates);
            else if (_stop.Matched)
                Finish(FinishReason.Stop, updates);
        }
        else if (next.Finish is { } reason)
        {
            Usage = next.Usage;
            Parse(_stop.Append(_decoder.Flush()), updates);
            Parse(_stop.Flush(), updates);
            Finish(reason, updates);
        }
    }

    private bool HasLastCall => _endsWithFirstCall && _calls > 0;

    // Where a marker is a special token, the decoder must not leave out special tokens; the others are left out here.
    private string TextOf(int token) =>
        _markerTokens.Count > 0 && _tokenizer.IsSpecial(token) && !_markerTokens.Contains(token) ? "" : _decoder.Append(token);

    private void AddMarkerTokens(IEnumerable<string> markers)
    {
        foreach (var marker in markers)
        {
            if (_tokenizer.FindToken(marker) is { } id && _tokenizer.IsSpecial(id))
                _markerTokens.Add(id);
        }
    }

    private void Parse(string text, List<ChatUpdate> updates)
    {
        if (text.Length == 0)
            return;
        if (_reasoning is null)
            _parts.Add(new OutputPart.Text(text));
        else
            _reasoning.Append(text, _parts);
        Emit(updates);
    }

    private void Finish(FinishReason reason, List<ChatUpdate> updates)
    {
        _reasoning?.Flush(_parts);
        Emit(updates);
        if (_preface?.Flush() is { Length: > 0 } held)
            Answer(held);
        _toolCalls?.Flush(_answer);
        EmitAnswer(updates);

        // Tokens of a stop text are not part of the answer, and neither are their probabilities.
        if (_probabilities.Count > 0 && !_stop.Matched)
            updates.Add(new TextDelta(_choice, "", TakeProbabilities()));
        End(reason, updates);
    }

    private void End(FinishReason reason, List<ChatUpdate> updates)
    {
        IsFinished = true;
        updates.Add(new Finished(_choice, reason == FinishReason.Length ? ChatFinish.Length : _calls > 0 ? ChatFinish.ToolCalls : ChatFinish.Stop));
    }

    private void Emit(List<ChatUpdate> updates)
    {
        foreach (var part in _parts)
        {
            if (part is OutputPart.Reasoning thought)
                updates.Add(new ReasoningDelta(_choice, thought.Value));
            else if (part is OutputPart.Text text)
                Answer(_preface is null ? text.Value : _preface.Append(text.Value));
        }

        _parts.Clear();
        EmitAnswer(updates);
    }

    private void Answer(string text)
    {
        if (_toolCalls is not null)
            _toolCalls.Append(text, _answer);
        else if (text.Length > 0)
            _answer.Add(new OutputPart.Text(text));
    }

    private void EmitAnswer(List<ChatUpdate> updates)
    {
        foreach (var part in _answer)
        {
            if (HasLastCall)
                break;
            if (part is OutputPart.Text text)
            {
                updates.Add(new TextDelta(_choice, text.Value, TakeProbabilities()));
                continue;
            }

            _probabilities.Clear();
            updates.Add(part switch
            {
                OutputPart.CallStart start => new ToolCallDelta(_choice, _calls++, _ids.Next(start.Name), start.Name, ""),
                OutputPart.CallArguments more => new ToolCallDelta(_choice, _calls - 1, null, null, more.Value),
                OutputPart.Call call => new ToolCallDelta(_choice, _calls++, _ids.Next(call.Name), call.Name, call.Arguments),
                _ => throw new InvalidOperationException($"A {part.GetType().Name} is no part of an answer."),
            });
        }

        _answer.Clear();
    }

    private List<TokenProbability>? TakeProbabilities()
    {
        if (_probabilities.Count == 0)
            return null;
        var taken = _probabilities;
        _probabilities = [];
        return taken;
    }

    private TokenProbability Describe(int token, TokenLogProbabilities given) =>
        Describe(token, given.LogProbability, [.. given.Top.Select(top => Describe(top.Token, top.LogProbability, []))]);

    private TokenProbability Describe(int token, float? logProbability, IReadOnlyList<TokenProbability> top)
    {
        var bytes = _tokenizer.GetTokenBytes(token);
        return new TokenProbability(Encoding.UTF8.GetString(bytes.Span), bytes, logProbability, top);
    }
}
