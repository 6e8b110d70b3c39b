using System.Globalization;
using Ingot.Compiler.Configs;
using Ingot.Compiler.Weights;
using Ingot.Errors;
using Ingot.Testing;

namespace Ingot.Compiler.Tests;

/// <summary>Rotations as configurations in the wild ask for them, against figures worked out apart from this code by the formulas the checkpoints' own readers use.</summary>
public sealed class RotaryFrequenciesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(128, 32768, """ "rope_theta":1000000.0,"rope_scaling":{"type":"yarn","factor":4.0,"original_max_position_embeddings":32768} """, 131072, 1.13862944,
        "0:1 20:0.0133352143 24:0.00537532149 30:0.00106436098 36:0.000179841156 40:4.44569853e-05 50:5.13381257e-06 63:3.1023444e-07")]
    [InlineData(64, 163840, """ "rope_theta":10000,"rope_scaling":{"rope_type":"yarn","factor":40,"original_max_position_embeddings":4096,"mscale":1.0,"mscale_all_dim":0.5,"beta_fast":32,"beta_slow":1} """, 163840, 1.15572199,
        "0:1 8:0.1 10:0.0562341325 14:0.0124479559 20:0.000790569415 23:3.33380358e-05 31:3.33380358e-06")]
    [InlineData(64, 131072, """ "rope_parameters":{"rope_type":"yarn","rope_theta":150000,"factor":32.0,"original_max_position_embeddings":4096,"truncate":false} """, 131072, 1.34657359,
        "0:1 7:0.0737445682 8:0.0508132748 9:0.0317056962 12:0.00679495949 16:0.000456483919 17:0.000129318701 18:3.83088124e-05 31:3.02351143e-07")]
    [InlineData(128, 16384, """ "rope_scaling":{"rope_type":"yarn","original_max_position_embeddings":4096,"attention_factor":1.0,"beta_fast":16,"beta_slow":2} """, 16384, 1.0,
        "0:1 20:0.0562341325 26:0.0226021556 30:0.0102097735 45:0.000384981632 63:2.88695496e-05")]
    [InlineData(32, 512, """ "rope_scaling":{"rope_type":"yarn","factor":8,"original_max_position_embeddings":64,"beta_fast":4,"beta_slow":4} """, 512, 1.20794415,
        "0:1 1:0.562341325 2:0.0395284708 3:0.0222284926 4:0.0125 5:0.00702926656 15:2.22284926e-05")]
    [InlineData(32, 131072, """ "original_max_position_embeddings":4096,"rope_scaling":{"type":"su","long_factor":[1,1.5,2,2.5,3,3.5,4,4.5,5,5.5,6,6.5,7,7.5,8,8.5],"short_factor":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]} """, 131072, 1.19023807,
        "0:1 1:0.374894217 5:0.016066895 15:2.09209342e-05")]
    [InlineData(128, 131072, """ "rope_theta":500000,"rope_scaling":{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":8192} """, 131072, 1.0,
        "0:1 20:0.0165604401 28:0.00321144599 30:0.00137189357 32:0.000524846161 34:0.000178507813 36:7.78465527e-05 50:4.41153467e-06 63:3.06892599e-07")]
    [InlineData(64, 4096, """ "rope_scaling":{"type":"linear","factor":8.0} """, 4096, 1.0, "0:0.125 16:0.00125 31:1.66690179e-05")]
    [InlineData(64, 4096, """ "rope_scaling":{"type":"dynamic","factor":8.0} """, 32768, 1.0, "0:1 1:0.658201512 16:0.00124091493 31:2.33951128e-06")]
    [InlineData(128, 32768, """ "rope_theta":1000000,"rope_scaling":{"rope_type":"dynamic","factor":2.0} """, 65536, 1.0, "0:1 1:0.791911495 32:0.000572338151 63:4.1364592e-07")]
    [InlineData(64, 4096, """ "rope_scaling":{"type":"dynamic","factor":1.0} """, 4096, 1.0, "0:1 16:0.01 31:0.000133352143")]
    [InlineData(64, 4096, """ "partial_rotary_factor":0.5 """, 4096, 1.0, "0:1 8:0.01 15:0.000177827941")]
    public void Frequencies_magnitude_and_context_are_those_of_the_checkpoints_own_readers(int headSize, int positions, string rope, int context, double magnitude, string expected)
    {
        DecoderConfig config = Read(headSize, positions, rope);
        double[] frequencies = RotaryFrequencies.Of(config.Rope.Longer is [.., var longest] ? longest : config.Rope);
        Assert.Equal((context, config.Rope.Width / 2), (config.ContextLength, frequencies.Length));
        Assert.Equal(magnitude, config.Rope.Magnitude, 1e-8);
        foreach (string pair in expected.Split(' '))
        {
            string[] parts = pair.Split(':');
            double value = double.Parse(parts[1], CultureInfo.InvariantCulture);
            Assert.Equal(value, frequencies[int.Parse(parts[0], CultureInfo.InvariantCulture)], value * 2e-8);
        }
    }

    [Fact]
    public void Sequences_up_to_the_original_length_take_the_short_factors()
    {
        const string Rope = """ "original_max_position_embeddings":4096,"rope_scaling":{"type":"longrope","long_factor":[9,9,9,9,9,9,9,9],"short_factor":[2,2,2,2,2,2,2,2]} """;
        DecoderConfig config = Read(16, 131072, Rope);
        Assert.Equal(4096, config.Rope.LongestSequence);
        Assert.Equal(0.5, RotaryFrequencies.Of(config.Rope)[0]);
        RopeSettings longer = Assert.Single(config.Rope.Longer);
        Assert.Equal((null, 1.0 / 9), (longer.LongestSequence, RotaryFrequencies.Of(longer)[0]));
        Assert.Equal(config.Rope.Magnitude, longer.Magnitude);
    }

    [Fact]
    public void The_two_tables_may_have_a_magnitude_each()
    {
        const string Rope = """ "original_max_position_embeddings":4096,"rope_scaling":{"type":"longrope","long_mscale":1.243,"short_mscale":1.25,"long_factor":[9,9,9,9,9,9,9,9],"short_factor":[2,2,2,2,2,2,2,2]} """;
        DecoderConfig config = Read(16, 131072, Rope);
        Assert.Equal((1.25, 1.243), (config.Rope.Magnitude, Assert.Single(config.Rope.Longer).Magnitude));
    }

    // The published formula in double precision, for the longest sequence that each table is for.
    [Theory]
    [InlineData(64, 4096, 8, 0.5)]
    [InlineData(128, 32768, 2, 1)]
    [InlineData(128, 32768, 6, 1)]
    [InlineData(64, 2048, 1.3, 1)]
    public void Dynamic_scaling_has_a_base_for_each_of_some_lengths(int headSize, int positions, double factor, double part)
    {
        string rope = string.Create(CultureInfo.InvariantCulture, $"\"partial_rotary_factor\":{part},\"rope_theta\":500000,\"rope_scaling\":{{\"rope_type\":\"dynamic\",\"factor\":{factor}}}");
        DecoderConfig config = Read(headSize, positions, rope);
        double width = headSize * part;
        int before = positions;
        Assert.Equal(positions, config.Rope.LongestSequence);
        Assert.Equal((int)(positions * factor), config.ContextLength);
        Check(config.Rope, positions);
        foreach (RopeSettings longer in config.Rope.Longer)
        {
            int length = longer.LongestSequence ?? config.ContextLength;
            Assert.InRange((double)length / before, 1.01, 1.415);
            Check(longer, length);
            before = length;
        }
        Assert.Equal(config.ContextLength, before);

        void Check(RopeSettings settings, int length)
        {
            double theta = 500000 * Math.Pow((factor * length / positions) - (factor - 1), width / (width - 2));
            double[] frequencies = RotaryFrequencies.Of(settings);
            for (int pair = 0; pair < frequencies.Length; pair++)
                Assert.Equal(1, frequencies[pair] * Math.Pow(theta, 2 * pair / width), 1e-9);
        }
    }

    [Fact]
    public void A_context_that_is_not_stretched_takes_the_short_factors()
    {
        const string Rope = """ "rope_scaling":{"rope_type":"longrope","factor":1.0,"long_factor":[9,9,9,9,9,9,9,9],"short_factor":[2,2,2,2,2,2,2,2]} """;
        DecoderConfig config = Read(16, 4096, Rope);
        Assert.Equal(0.5, RotaryFrequencies.Of(config.Rope)[0]);
        Assert.Equal((1.0, 4096), (config.Rope.Magnitude, config.ContextLength));
    }

    [Theory]
    [InlineData(""" "rope_scaling":{"rope_type":"longrope","factor":4,"long_factor":[1,1],"short_factor":[1,1]} """, "rope_scaling.long_factor is [1,1], but must be a list of 8 numbers")]
    [InlineData(""" "rope_scaling":{"rope_type":"yarn","factor":4,"beta_fast":1,"beta_slow":2} """, "rope_scaling.beta_fast is less than beta_slow")]
    [InlineData(""" "rope_scaling":{"rope_type":"longrope","factor":4,"short_factor":[1,1,1,1,1,1,1,1]} """, "rope_scaling.long_factor is missing")]
    [InlineData(""" "rope_scaling":{"rope_type":"yarn","factor":"four"} """, "rope_scaling.factor is \"four\"")]
    [InlineData(""" "rope_scaling":{"rope_type":"dynamic","factor":65} """, "rope_scaling.factor")]
    [InlineData(""" "rope_theta":1,"rope_scaling":{"rope_type":"yarn","factor":4} """, "config.json: rope_theta is 1")]
    public void A_stretching_that_cannot_be_is_refused_by_its_field(string rope, string trouble)
    {
        var error = Assert.Throws<IngotException>(() => Read(16, 4096, rope));
        Assert.Equal(ErrorCode.ModelInvalid, error.Code);
        Assert.Contains(trouble, error.Message, StringComparison.Ordinal);
    }

    private DecoderConfig Read(int headSize, int positions, string rope) => DecoderConfigReader.Read(JsonFields.Read(_folder.Write("config.json", $$"""
        {"architectures":["LlamaForCausalLM"],"hidden_size":256,"intermediate_size":64,"num_hidden_layers":1,"num_attention_heads":2,
        "head_dim":{{headSize}},"max_position_embeddings":{{positions}},"vocab_size":100,{{rope}}}
        """)));
}
