namespace ITContrast.Torch.Tests.Distributed;

public sealed class DistributedEnvironmentTests
{
    private static DistributedEnvironment? Read(params (string Name, string Value)[] variables) =>
        DistributedEnvironment.Read(name => variables.FirstOrDefault(variable => variable.Name == name).Value);

    [Fact]
    public void Torchruns_variables_are_read() =>
        Assert.Equal(new DistributedEnvironment(3, 8, 1, "10.0.0.1", 29500),
            Read(("RANK", "3"), ("WORLD_SIZE", "8"), ("LOCAL_RANK", "1"), ("MASTER_ADDR", "10.0.0.1"), ("MASTER_PORT", "29500")));

    [Fact]
    public void Slurms_variables_are_read_and_the_port_comes_from_the_job() =>
        Assert.Equal(new DistributedEnvironment(5, 6, 2, "gpu08", 20000 + 123456 % 20000),
            Read(("SLURM_PROCID", "5"), ("SLURM_NTASKS", "6"), ("SLURM_LOCALID", "2"), ("SLURM_NODELIST", "gpu[08-09]"), ("SLURM_JOB_ID", "123456")));

    [Fact]
    public void A_step_on_some_of_the_jobs_nodes_and_a_given_master_win() =>
        Assert.Equal(new DistributedEnvironment(0, 2, 0, "login", 4242),
            Read(
                ("SLURM_PROCID", "0"), ("SLURM_NTASKS", "2"), ("SLURM_STEP_NODELIST", "b1"), ("SLURM_NODELIST", "a1"), ("MASTER_ADDR", "login"),
                ("MASTER_PORT", "4242")));

    [Fact]
    public void A_process_alone_is_no_rank()
    {
        Assert.Null(Read());
        Assert.Null(Read(("SLURM_PROCID", "0"), ("SLURM_NTASKS", "1"), ("SLURM_JOB_ID", "7")));
    }

    [Theory]
    [InlineData("WORLD_SIZE is not set", "RANK=0")]
    [InlineData("MASTER_ADDR is not set", "RANK=0", "WORLD_SIZE=2")]
    [InlineData("RANK is 'one'", "RANK=one", "WORLD_SIZE=2", "MASTER_ADDR=a", "MASTER_PORT=1")]
    [InlineData("Rank 2 of 2", "RANK=2", "WORLD_SIZE=2", "MASTER_ADDR=a", "MASTER_PORT=1")]
    [InlineData("Port 70000", "RANK=0", "WORLD_SIZE=2", "MASTER_ADDR=a", "MASTER_PORT=70000")]
    [InlineData("SLURM_JOB_NODELIST is not set", "SLURM_PROCID=0", "SLURM_NTASKS=2")]
    public void What_is_missing_or_wrong_is_named(string message, params string[] variables)
    {
        var error = Assert.Throws<ArgumentException>(() => Read([.. variables.Select(text => (text.Split('=')[0], text.Split('=')[1]))]));
        Assert.Contains(message, error.Message);
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("gpu[01-03,07],login1", "gpu01 gpu02 gpu03 gpu07 login1")]
    [InlineData("r[1-2]n[09-10]", "r1n09 r1n10 r2n09 r2n10")]
    [InlineData("node-1.cluster,x[5]y", "node-1.cluster x5y")]
    public void Slurms_lists_of_hosts_are_spelled_out(string list, string hosts) => Assert.Equal(hosts.Split(' '), SlurmHosts.Expand(list));

    [Theory]
    [InlineData("")]
    [InlineData("a[1")]
    [InlineData("a[x-y]")]
    [InlineData("a,,b")]
    public void What_is_no_list_is_refused(string list) => Assert.Throws<ArgumentException>(() => SlurmHosts.First(list));
}
