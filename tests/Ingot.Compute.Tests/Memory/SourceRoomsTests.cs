using Ingot.Compute.Memory;

namespace Ingot.Compute.Tests.Memory;

public sealed unsafe class SourceRoomsTests
{
    private const long Size = 3L << 20;

    [Fact]
    public void A_room_that_was_given_back_is_taken_again_for_what_fits_well()
    {
        using var rooms = new SourceRooms();
        byte* first = Use(rooms, Size);
        Assert.True(first == Use(rooms, Size - 1));
        using SourceRooms.Room small = rooms.Take(Size / 8), large = rooms.Take(Size * 4);
        Assert.False(first == small.Pointer);
        Assert.False(first == large.Pointer);
        using SourceRooms.Room fitting = rooms.Take(Size);
        Assert.True(first == fitting.Pointer);
    }

    [Fact]
    public void Two_have_rooms_of_their_own_and_nobody_gives_one_back_twice()
    {
        using var rooms = new SourceRooms();
        SourceRooms.Room one = rooms.Take(Size);
        using SourceRooms.Room other = rooms.Take(Size);
        Assert.False(one.Pointer == other.Pointer);
        one.Dispose();
        one.Dispose();
        using SourceRooms.Room third = rooms.Take(Size), fourth = rooms.Take(Size);
        Assert.False(third.Pointer == fourth.Pointer);
    }

    [Fact]
    public void A_room_may_outlive_the_rooms()
    {
        var rooms = new SourceRooms();
        using SourceRooms.Room room = rooms.Take(Size);
        rooms.Dispose();
        room.Pointer[Size - 1] = 1;
        Assert.Equal(1, room.Pointer[Size - 1]);
    }

    private static byte* Use(SourceRooms rooms, long bytes)
    {
        using SourceRooms.Room room = rooms.Take(bytes);
        return room.Pointer;
    }
}
