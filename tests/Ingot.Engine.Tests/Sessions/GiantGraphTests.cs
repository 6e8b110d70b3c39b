using Ingot.Compute.Onnx.Inspection;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Tests.Equality;
using Ingot.Errors;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;

namespace Ingot.Engine.Tests.Sessions;

/// <summary>What a graph may ask for before ONNX Runtime sees it.</summary>
public sealed class GiantGraphTests(EqualityModels models) : IClassFixture<EqualityModels>, IDisposable
{
    private const long Memory = 16L << 30;

    // What only a run computes is for the session's limit, and so is what cannot be told beforehand.
    private static readonly string[] OfRuns = ["a giant by doubling what is computed", "a giant by a shape of inputs"];
    private const string Untold = "a giant by padding";

    private readonly TemporaryFolder _scratch = new();

    public static TheoryData<string> Giants => [.. ModelMutations.OfPlain().Select(mutation => mutation.Name).Where(name => name.StartsWith("a giant", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Giants))]
    public void A_graph_that_asks_for_a_giant_is_refused_or_left_to_the_limit_of_its_runs(string name)
    {
        string path = Path.Combine(_scratch.Path, "model.onnx");
        File.WriteAllBytes(path, ModelMutations.OfPlain().First(mutation => mutation.Name == name).Model);

        if (name is not Untold && !OfRuns.Contains(name))
        {
            IngotException refusal = Assert.Throws<IngotException>(() => GraphInspection.Check(path, _scratch.Path, Memory));
            Assert.Equal(ErrorCode.ModelInvalid, refusal.Code);
            Assert.Contains("makes a tensor of too many elements", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("/giant", refusal.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(name is Untold, GraphInspection.Check(path, _scratch.Path, Memory).HasUntoldConstants);
        }
    }

    [Theory]
    [MemberData(nameof(EqualityModels.Names), MemberType = typeof(EqualityModels))]
    public void Sound_models_are_not_touched_by_it(string model)
    {
        ModelFolder folder = models.Open(model);

        GraphFacts facts = GraphInspection.CheckDecoder(folder.Config.Decoder!, 1L << 30);

        Assert.False(facts.HasUntoldConstants);
        Assert.Equal(model.Contains("bf16", StringComparison.Ordinal), facts.HasBFloat16);
    }

    public void Dispose() => _scratch.Dispose();
}
