using System.Diagnostics;
using System.Globalization;
using System.Text;
using Ingot.Text.Constraints;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Tokenizers;

namespace Ingot.Benchmarks.Constraints;

/// <summary>
/// The <c>constraints</c> mode: what a token under a grammar costs. Each text is followed token by token, many times over with
/// nothing known before; a step counts with the least it took, so that the neighbours of a shared machine are not measured.
/// <c>constraints &lt;folder&gt;</c> measures on that folder's tokenizer instead of a made-up vocabulary.
/// </summary>
internal static class ConstraintReport
{
    private const int Rounds = 15;

    /// <summary>Measures and prints.</summary>
    public static void Print(string[] arguments)
    {
        Tokenizer? tokenizer = arguments.Length > 0 ? Tokenizer.Load(arguments[0]) : null;
        List<ReadOnlyMemory<byte>> tokens = tokenizer is null ? SyntheticVocabulary.Make() : [];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long started = Stopwatch.GetTimestamp();
        ConstraintVocabulary vocabulary = tokenizer is null
            ? ConstraintVocabulary.Create(tokens, [SyntheticVocabulary.End])
            : ConstraintVocabulary.Create(tokenizer, [tokenizer.FindToken("<|im_end|>") ?? 0], SyntheticVocabulary.Size);
        double build = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        double memory = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"vocabulary of {vocabulary.Size} tokens: {memory:F1} MB, built in {build:F0} ms"));
        Console.WriteLine("microseconds; a first answer finds nothing known of its grammar, a later one what the first found out");
        Console.WriteLine("                              compile ms    |  masks of a first answer |    of a later one    |  taking a token | forced");
        Console.WriteLine("grammar              tokens   first   again | median  95 %  99 %   max | median  99 %   max |  median   max   | tokens");
        List<double> all = [];
        foreach ((string name, Func<Grammar> grammar, string text) in ConstraintScenarios.All().Concat(SchemaScenarios.All()))
            all.AddRange(Measure(vocabulary, name, grammar, tokenizer is null ? Split(tokens, text) : tokenizer.Encode(text, addSpecialTokens: false)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"masks of first answers, all grammars: median {At(all, 0.5):F1}, 99 % {At(all, 0.99):F0}, max {all.Max():F0}"));
        GC.KeepAlive(tokens);
    }

    private static double[] Measure(ConstraintVocabulary vocabulary, string name, Func<Grammar> grammar, List<int> answer)
    {
        double cold = 0, compile = double.MaxValue;
        var first = new Steps(answer.Count);
        var later = new Steps(answer.Count);
        int forced = 0;
        for (int round = 0; round < Rounds; round++)
        {
            // Processor time here, where the neighbours would get many turns in between.
            TimeSpan started = Environment.CpuUsage.TotalTime;
            CompiledGrammar compiled = CompiledGrammar.Compile(grammar());
            double took = (Environment.CpuUsage.TotalTime - started).TotalMilliseconds;
            (cold, compile) = (round == 0 ? took : cold, Math.Min(compile, took));
            var constraint = new TokenConstraint(compiled, vocabulary);
            Follow(constraint, answer, first);
            Follow(constraint, answer, later);
            forced = CountForced(constraint, answer);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-20} {answer.Count,6} {cold,7:F1} {compile,7:F1} | {At(first.Mask, 0.5),6:F1} {At(first.Mask, 0.95),5:F0} {At(first.Mask, 0.99),5:F0} {first.Mask.Max(),5:F0} | {At(later.Mask, 0.5),6:F1} {At(later.Mask, 0.99),5:F0} {later.Mask.Max(),5:F0} | {At(first.Advance, 0.5),7:F1} {first.Advance.Max(),5:F0}   | {forced,5}"));
        return first.Mask;
    }

    private static void Follow(TokenConstraint constraint, List<int> answer, Steps least)
    {
        var mask = new ulong[constraint.Vocabulary.MaskLength];
        ConstraintState state = constraint.Start();
        for (int i = 0; i < answer.Count; i++)
        {
            long started = Stopwatch.GetTimestamp();
            state.FillMask(mask);
            long filled = Stopwatch.GetTimestamp();
            bool isAllowed = (mask[answer[i] >> 6] >> (answer[i] & 63) & 1) != 0 && state.Advance(answer[i]);
            least.Advance[i] = Math.Min(least.Advance[i], Stopwatch.GetElapsedTime(filled).TotalMicroseconds);
            least.Mask[i] = Math.Min(least.Mask[i], Stopwatch.GetElapsedTime(started, filled).TotalMicroseconds);
            if (!isAllowed)
                throw new InvalidOperationException($"Token {i} of the text is not allowed.");
        }
        if (!state.IsComplete)
            throw new InvalidOperationException("The text is not whole at its end.");
    }

    private static int CountForced(TokenConstraint constraint, List<int> answer)
    {
        ConstraintState state = constraint.Start();
        int forced = 0;
        for (int i = 0; i < answer.Count; i++)
        {
            int taken = state.TakeForced(1000).Count;
            forced += taken;
            i += taken;
            if (i < answer.Count && !state.Advance(answer[i]))
                return forced;
        }
        return forced;
    }

    private static double At(IReadOnlyCollection<double> values, double share) => values.Order().ElementAt((int)(share * (values.Count - 1)));

    /// <summary>The text as the longest tokens from the left.</summary>
    private static List<int> Split(List<ReadOnlyMemory<byte>> tokens, string text)
    {
        Dictionary<string, int> ids = [];
        for (int id = 0; id < tokens.Count; id++)
        {
            if (!tokens[id].IsEmpty)
                ids.TryAdd(Convert.ToHexString(tokens[id].Span), id);
        }
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        List<int> answer = [];
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(128, bytes.Length - at);
            int id;
            while (!ids.TryGetValue(Convert.ToHexString(bytes.AsSpan(at, length)), out id))
                length--;
            answer.Add(id);
            at += length;
        }
        return answer;
    }

    /// <summary>The least that the steps of an answer took, in microseconds.</summary>
    private sealed class Steps(int count)
    {
        public double[] Mask { get; } = [.. Enumerable.Repeat(double.MaxValue, count)];

        public double[] Advance { get; } = [.. Enumerable.Repeat(double.MaxValue, count)];
    }
}
