package hdf5
import ("testing";"bytes";"os";"path/filepath";"context";"fmt")
func TestSlowZZ(t *testing.T){ fs,_:=filepath.Glob("/tmp/p6/slow*.h5"); for _,n:=range fs { b,_:=os.ReadFile(n); file,_:=open(bytes.NewReader(b),int64(len(b)),0,true); p:=part(b); s:=&scan{ctx:context.Background(),part:p}; err:=file.Walk(s.ctx,Visitor{Link:s.link,Attribute:func(p string,a *Attribute) error{ fmt.Println(p,a.Name,a.Count,a.Text,a.kind.size,a.kind.variable); return s.attribute(p,a)},Object:s.object}); fmt.Println(n,err,file.store.spent) } }
