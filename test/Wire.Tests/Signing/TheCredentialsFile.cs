namespace Berth.Wire.Tests;

public sealed class TheCredentialsFile : IDisposable
{
    private const string Account = "000000000000";
    private readonly string directory = Directory.CreateTempSubdirectory("berth-credentials-").FullName;

    private string Location => Path.Combine(directory, "data", "credentials");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void Is_made_at_the_first_start_with_a_key_for_each_role()
    {
        var file = CredentialsFile.OpenOrCreate(Location, Account);

        file.Find(file.Credentials("default").AccessKeyId)!.PrincipalArn.ShouldBe("arn:aws:iam::000000000000:root");
        file.Find(file.Credentials("agent").AccessKeyId)!.PrincipalArn.ShouldBe("arn:aws:iam::000000000000:user/berth/agent");
        file.Find(file.Credentials("balancer").AccessKeyId)!.PrincipalArn.ShouldBe("arn:aws:iam::000000000000:user/berth/balancer");
        file.Find("AKIANOBODY").ShouldBeNull();
    }

    [Fact]
    public void Can_be_read_by_its_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        CredentialsFile.OpenOrCreate(Location, Account);

#pragma warning disable CA1416 // Skipped above.
        File.GetUnixFileMode(Location).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
    }

    [Fact]
    public void Keeps_its_keys_over_a_restart()
    {
        var first = CredentialsFile.OpenOrCreate(Location, Account).Credentials("agent");

        CredentialsFile.OpenOrCreate(Location, Account).Credentials("agent").ShouldBe(first);
    }

    [Fact]
    public void Is_one_file_for_all_that_start_together()
    {
        var found = new AwsCredentials[16];

        Parallel.For(0, found.Length, index => found[index] = CredentialsFile.OpenOrCreate(Location, Account).Credentials("default"));

        found.Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public void Keeps_a_users_own_profiles_and_adds_what_is_missing()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Location)!);
        File.WriteAllText(Location, "# mine\n[ci]\naws_access_key_id=AKIACI\naws_secret_access_key = a=b\naws_account_id = 111111111111");

        var file = CredentialsFile.OpenOrCreate(Location, Account);

        file.Find("AKIACI").ShouldBe(new AccessKey("AKIACI", "a=b", "111111111111", "arn:aws:iam::111111111111:user/berth/ci"));
        file.Credentials("default").SecretAccessKey.Length.ShouldBe(40);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[default]\naws_access_key_id = A")]
    [InlineData("[a]\naws_access_key_id = A\naws_secret_access_key = s\n[b]\naws_access_key_id = A\naws_secret_access_key = t")]
    public void That_is_no_credentials_file_is_refused_and_left_alone(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Location)!);
        File.WriteAllText(Location, text);

        Should.Throw<InvalidDataException>(() => CredentialsFile.OpenOrCreate(Location, Account));

        File.ReadAllText(Location).ShouldBe(text);
    }
}
