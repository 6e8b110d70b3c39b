namespace Ingot.Compute.Attention;

/// <summary>
/// Where keys and values of two neighbouring tiles are. What comes after a pair is asked for while it is worked at: tiles lie anywhere, so a
/// processor does not do that by itself.
/// </summary>
internal readonly unsafe struct TilePair(float* keys, float* values, float* secondKeys, float* secondValues)
{
    public float* Keys => keys;

    public float* Values => values;

    public float* SecondKeys => secondKeys;

    public float* SecondValues => secondValues;

    /// <summary>Asks the memory for the beginnings of all four.</summary>
    public void Fetch()
    {
        KvTiles.Fetch((byte*)keys);
        KvTiles.Fetch((byte*)values);
        KvTiles.Fetch((byte*)secondKeys);
        KvTiles.Fetch((byte*)secondValues);
    }
}
