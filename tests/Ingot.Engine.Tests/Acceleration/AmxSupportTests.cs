using Ingot.Engine.Acceleration;

namespace Ingot.Engine.Tests.Acceleration;

/// <summary>What a processor says of itself, and what the system allows.</summary>
public sealed class AmxSupportTests
{
    private const int Tiles = (1 << 24) | (1 << 25);
    private const int Saves = 1 << 27;

    [Theory]
    [InlineData(31, Tiles, Saves, 8192, 2816, 11008, null)]
    [InlineData(31, Tiles, Saves, 8192, 2816, 2696, "the system does not let programs use them")]
    [InlineData(31, Tiles, 0, 8192, 2816, 11008, "the system does not let programs use them")]
    [InlineData(31, Tiles, Saves, 0, 0, 11008, "the system does not let programs use them")]
    [InlineData(31, 1 << 24, Saves, 8192, 2816, 11008, "has no units")]
    [InlineData(31, 0, Saves, 0, 0, 2696, "has no units")]
    [InlineData(7, Tiles, Saves, 8192, 2816, 11008, "has no units")]
    public void Units_are_there_where_the_processor_has_them_and_the_system_saves_their_state(int leaves, int features, int saves, int size, int offset, int enabled, string? refusal)
    {
        string? told = AmxSupport.Refusal((leaf, subleaf) => (leaf, subleaf) switch
        {
            (0, 0) => (leaves, 0, 0, 0),
            (1, 0) => (0, 0, saves, 0),
            (7, 0) => (0, 0, 0, features),
            (13, 0) => (0, enabled, 0, 0),
            (13, 18) => (size, offset, 0, 0),
            _ => throw new ArgumentOutOfRangeException(nameof(leaf)),
        });

        if (refusal is null)
            Assert.Null(told);
        else
            Assert.Contains(refusal, told!, StringComparison.Ordinal);
    }

    [Fact]
    public void This_machine_is_asked_without_harm() => Assert.NotEqual("", AmxSupport.OfThisMachine.ProcessorRefusal() ?? AmxSupport.OfThisMachine.SystemRefusal());
}
