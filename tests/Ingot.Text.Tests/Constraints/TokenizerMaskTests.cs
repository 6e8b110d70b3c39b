using System.Text.Json;
using Ingot.Text.Constraints;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.JsonSchema;
using Ingot.Text.Constraints.Machine;
using Ingot.Text.Tests.Tokenizers;
using Ingot.Text.Tokenizers;

namespace Ingot.Text.Tests.Constraints;

/// <summary>Masks under every kind of tokenizer there is, against trying each token's bytes.</summary>
public sealed class TokenizerMaskTests
{
    private const string Schema = """
        {"type":"object","properties":{
          "name":{"type":"string","minLength":2,"maxLength":30},
          "at":{"type":"string","format":"date"},
          "mail":{"type":"string","format":"email"},
          "size":{"type":"number","minimum":-5,"maximum":120.5},
          "kind":{"enum":["small","Grüße","😀 wide","small\n"]},
          "code":{"type":"string","pattern":"^[a-zé]{1,80}é?[0-9]+$"},
          "parts":{"type":"array","items":{"$ref":"#"}}},
        "required":["name","kind"]}
        """;

    [Theory]
    [InlineData("qwen2")]
    [InlineData("llama3")]
    [InlineData("tekken")]
    [InlineData("llama2")]
    [InlineData("gemma")]
    [InlineData("phi3")]
    [InlineData("nmt")]
    [InlineData("t5")]
    [InlineData("xlmr")]
    [InlineData("albert")]
    [InlineData("bert")]
    [InlineData("bert-cased")]
    [InlineData("mpnet")]
    public void A_mask_is_what_trying_every_token_finds(string name)
    {
        var tokenizer = SmallTokenizer.Load(name);
        int[] ends = [1, 2];
        var vocabulary = ConstraintVocabulary.Create(tokenizer, ends, tokenizer.VocabularySize + 70);
        var random = new Random(name.Length);
        var marks = Enumerable.Range(0, tokenizer.VocabularySize).Where(tokenizer.IsAdded).Except(ends).Take(2).Select(id => tokenizer.TokenOf(id)!).ToList();
        var text = new Repeat(GrammarNode.AnyCharacter, 0, null);
        using var document = JsonDocument.Parse(Schema);
        // A vocabulary of words can write no brace at the start; text it can.
        var reached = Walk(new TokenConstraint(CompiledGrammar.Compile(JsonSchemaGrammar.Compile(document.RootElement)), vocabulary), tokenizer, random);
        reached += Walk(new TokenConstraint(CompiledGrammar.Compile(Grammar.Of(text)), vocabulary), tokenizer, random);
        reached += Walk(new TokenConstraint(CompiledGrammar.Compile(Grammar.Of(new Sequence([text, .. marks.Select(mark => new SpecialToken(mark)), text]))), vocabulary), tokenizer, random);
        Assert.InRange(reached, 150, 480);
    }

    private static int Walk(TokenConstraint constraint, Tokenizer tokenizer, Random random)
    {
        var vocabulary = constraint.Vocabulary;
        var mask = new ulong[vocabulary.MaskLength];
        var reached = 0;
        for (var walk = 0; walk < 4; walk++)
        {
            var state = constraint.Start();
            var machine = new PushdownMachine(constraint.Grammar.Program, GrammarLimits.Default with { MaxTokenWork = int.MaxValue });
            var at = machine.Start;
            for (var step = 0; step < 40; step++, reached++)
            {
                state.FillMask(mask);
                List<int> allowed = [.. Enumerable.Range(0, mask.Length * 64).Where(id => (mask[id >> 6] >> (id & 63) & 1) != 0)];
                Assert.Equal(Enumerable.Range(0, vocabulary.Size).Where(id => After(machine, at, vocabulary, tokenizer, id) is not null), allowed);
                allowed.RemoveAll(vocabulary.EndOfSequenceIds.Contains);
                if (allowed.Count == 0) break;
                var next = allowed[random.Next(allowed.Count)];
                Assert.True(state.Advance(next));
                at = After(machine, at, vocabulary, tokenizer, next)!;
            }
        }
        return reached;
    }

    /// <summary>Where a token leads: as text, unless it is special, or else as itself; null where it is not allowed.</summary>
    private static Configuration? After(PushdownMachine machine, Configuration at, ConstraintVocabulary vocabulary, Tokenizer tokenizer, int id)
    {
        if (vocabulary.EndOfSequenceIds.Contains(id)) return at.HasEnded ? at : null;
        if (id >= tokenizer.VocabularySize) return null;
        var asText = tokenizer.IsSpecial(id) ? null : Read(machine, at, tokenizer.GetTokenBytes(id).ToArray());
        return asText ?? (tokenizer.IsAdded(id) ? Read(machine, at, SpecialTokenBytes.Of(tokenizer.TokenOf(id)!)) : null);
    }

    private static Configuration? Read(PushdownMachine machine, Configuration at, byte[] bytes)
    {
        // The mark alone is no text, though a byte-level vocabulary has a token for it; it must not begin a special one.
        if (bytes.Length == 0 || (bytes.Contains(SpecialTokenBytes.Mark) && bytes.Length < 3)) return null;
        at = bytes.Aggregate(at, machine.Step);
        return at.IsDead ? null : at;
    }
}
