using Ingot.Engine.ModelFolders;
using Ingot.Service.Chat;

namespace Ingot.Service.Tests.Chat;

public sealed class SamplingDefaultsTests
{
    private static readonly SearchDefaults Drawing = new() { DoSample = true, Temperature = 0.6f, TopK = 20, TopP = 0.9f, RepetitionPenalty = 1.1f };

    [Fact]
    public void What_is_not_said_is_the_models_own()
    {
        var options = SamplingDefaults.Fill(new SamplingSettings(), 1, Drawing);

        Assert.Equal((0.6f, 20, 0.9f, 1.1f), (options.Temperature, options.TopK, options.TopP, options.RepetitionPenalty));
        Assert.Null(options.Seed);
    }

    [Fact]
    public void What_is_said_wins()
    {
        var options = SamplingDefaults.Fill(
            new SamplingSettings { Temperature = 0, TopK = 0, TopP = 1, MinP = 0.1f, RepetitionPenalty = 1, PresencePenalty = 1, FrequencyPenalty = 2, Seed = -1 }, 1, Drawing);

        Assert.Equal((0f, 0, 1f, 0.1f, 1f), (options.Temperature, options.TopK, options.TopP, options.MinP, options.RepetitionPenalty));
        Assert.Equal((1f, 2f, ulong.MaxValue), (options.PresencePenalty, options.FrequencyPenalty, options.Seed));
    }

    [Fact]
    public void A_greedy_model_stays_greedy_unless_asked_to_draw()
    {
        var greedy = new SearchDefaults { DoSample = false, Temperature = 0.6f, TopK = 20 };

        Assert.Equal(0, SamplingDefaults.Fill(new SamplingSettings(), 1, greedy).Temperature);
        Assert.Equal(1, SamplingDefaults.Fill(new SamplingSettings(), 2, greedy).Temperature);
        var asked = SamplingDefaults.Fill(new SamplingSettings { Temperature = 0.5f }, 1, greedy);
        Assert.Equal((0.5f, 0), (asked.Temperature, asked.TopK));
    }
}
