using Ingot.Models.Catalog;

namespace Ingot.Models.Tests.Catalog;

public sealed class NearNamesTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("PHI", "phi", 0)]
    public void Distance_counts_the_edits(string left, string right, int edits)
    {
        Assert.Equal(edits, NearNames.Distance(left, right));
        Assert.Equal(edits, NearNames.Distance(right, left));
    }

    [Fact]
    public void The_nearest_come_first_and_three_are_enough() =>
        Assert.Equal(["phi-4", "phi-3", "phi-40"], NearNames.Of("phi-4", ["phi-400", "phi-40", "phi-3", "phi-4", "PHI-4", "llama"]));
}
