using Ingot.Text.Tokenizers.Model;

namespace Ingot.Text.Tests.Tokenizers;

public sealed class MergerTests
{
    [Fact]
    public void Long_words_merge_as_the_rule_says()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var merges = new MergeTable(40);
            var rules = new Dictionary<(int, int), (int Rank, int Token)>();
            for (var rank = 0; rank < 40; rank++)
            {
                var pair = (random.Next(4 + rank), random.Next(4 + rank));
                merges.Set(pair.Item1, pair.Item2, rank, 4 + rank);
                rules[pair] = (rank, 4 + rank);
            }
            int[] word = [.. Enumerable.Range(0, 1 + random.Next(120)).Select(_ => random.Next(4))];
            var expected = MergeByTheRule(rules, [.. word]);
            var count = BytePairMerger.Merge(merges, word);
            Assert.Equal(expected, word[..count]);
        }
    }

    private static List<int> MergeByTheRule(Dictionary<(int, int), (int Rank, int Token)> rules, List<int> word)
    {
        while (true)
        {
            var best = -1;
            for (var i = 0; i + 1 < word.Count; i++)
            {
                if (rules.TryGetValue((word[i], word[i + 1]), out var rule) && (best < 0 || rule.Rank < rules[(word[best], word[best + 1])].Rank)) best = i;
            }
            if (best < 0) return word;
            word[best] = rules[(word[best], word[best + 1])].Token;
            word.RemoveAt(best + 1);
        }
    }
}
