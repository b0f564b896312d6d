// Links a whole room with nothing but the rooms that it may know: see rooms.cmake.
int main()
{
    return 0;
}
