using Ingot.Sdk.Tests;
using Ingot.Testing;
using Microsoft.AI.Foundry.Local;

namespace Ingot.Sdk.Legacy.Tests;

/// <summary>What programs compile against changes on purpose only. INGOT_APPROVE=1 writes the file anew, to be looked at and committed.</summary>
public sealed class PublicApiTests
{
    private static readonly string Approved = RepositoryFiles.PathOf("tests", "Ingot.Sdk.Legacy.Tests", "PublicApi.approved.txt");

    [Fact]
    public void The_surface_is_the_approved_one()
    {
        string surface = PublicApi.Of(typeof(FoundryLocalManager).Assembly);
        if (Environment.GetEnvironmentVariable("INGOT_APPROVE") == "1")
            File.WriteAllText(Approved, surface);

        Assert.Equal(File.ReadAllText(Approved).ReplaceLineEndings("\n"), surface);
    }
}
