namespace Ingot.Compute.Kernels.Vectors;

/// <summary>
/// Neighbouring floats of a row that go through a function side by side. Functions of rows are written once over this and compiled once per form.
/// Every operation rounds each lane alike in all of them: on one machine they give the same bits.
/// </summary>
internal unsafe interface ILanes<T>
    where T : unmanaged, ILanes<T>
{
    /// <summary>How many floats.</summary>
    static abstract int Count { get; }

    static abstract T Load(float* source);

    static abstract T Create(float value);

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator -(T a);

    static abstract T operator *(T a, T b);

    static abstract T operator /(T a, T b);

    /// <summary>a · b + c, rounded once where the processor does that, twice where it does not.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    /// <summary>The smaller; what is not a number stays so.</summary>
    static abstract T Min(T a, T b);

    /// <summary>The larger; what is not a number stays so.</summary>
    static abstract T Max(T a, T b);

    /// <summary>As <see cref="Min"/>, of a known number, with which it takes fewer instructions.</summary>
    static abstract T AtMost(T a, float most);

    /// <summary>As <see cref="Max"/>, of a known number, with which it takes fewer instructions.</summary>
    static abstract T AtLeast(T a, float least);

    /// <summary>The larger, the quickest way; which one where either is not a number differs between processors.</summary>
    static abstract T MaxNative(T a, T b);

    static abstract T Abs(T a);

    static abstract T CopySign(T size, T sign);

    static abstract T Floor(T a);

    /// <summary>2 to the power of whole numbers from −126 to 127.</summary>
    static abstract T PowerOfTwo(T exponent);

    /// <summary>Where a is below b <paramref name="less"/>, elsewhere <paramref name="other"/>.</summary>
    static abstract T SelectLess(T a, T b, T less, T other);

    /// <summary>Where a equals b <paramref name="equal"/>, elsewhere <paramref name="other"/>.</summary>
    static abstract T SelectEqual(T a, T b, T equal, T other);

    void Store(float* target);
}

/// <summary>Lanes of which eight can be made.</summary>
/// <typeparam name="TEight">Eight lanes of the same form.</typeparam>
internal interface ILaneFold<TEight>
{
    /// <summary>Of sixteen, the first eight plus the last eight; eight as they are.</summary>
    TEight Folded { get; }
}

/// <summary>Eight lanes: what sums are taken of in every form, so that they are added in the same order.</summary>
internal interface IEightLanes<T> : ILanes<T>, ILaneFold<T>
    where T : unmanaged, IEightLanes<T>
{
    /// <summary>The sum of neighbours' sums of neighbours' sums.</summary>
    static abstract float Sum(T a);

    /// <summary>The largest, as <see cref="ILanes{T}.MaxNative"/> finds it.</summary>
    static abstract float Largest(T a);
}
